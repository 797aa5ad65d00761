import numpy as np

from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.top import GROUP, reaching, top

INF = np.inf


def test_below_and_above_0_highest_first():
    found = top(np.array([[-2, 3, -1, 0.5, -INF]], np.float32), 4)
    assert found.items.tolist() == [[1, 3, 2, 0]]
    assert found.scores.tolist() == [[3, 0.5, -1, -2]]


def test_minus_infinity_is_no_score_and_stands_behind():
    found = top(np.array([[-INF, -3, -INF], [-INF, -INF, -INF]], np.float32), 2)
    assert found.items.tolist() == [[1, NO_ITEM], [NO_ITEM, NO_ITEM]]
    np.testing.assert_array_equal(found.scores, [[-3, np.nan], [np.nan, np.nan]])


def test_equal_values_the_lower_column_first_also_at_the_cut_and_for_both_zeros():
    assert top(np.array([[1, 2, 1, 2, 1, 2]], np.float32), 4).items.tolist() == [[1, 3, 5, 0]]
    assert top(np.array([[0.0, -0.0, 0.0, -0.0]], np.float32), 3).items.tolist() == [[0, 1, 2]]


def test_rows_of_different_numbers_of_equal_values():
    found = top(np.array([[7, 7, 7, 7], [1, 2, 3, 4]], np.float32), 2)
    assert found.items.tolist() == [[0, 1], [3, 2]]


def test_the_order_of_the_floats_over_many_sizes():
    rng = np.random.default_rng(0)
    values = (rng.lognormal(0, 20, (5, 300)) * rng.choice([-1, 1], (5, 300))).astype(np.float32)
    found = top(values, 200)
    np.testing.assert_array_equal(found.items, np.argsort(-values, axis=1)[:, :200])
    np.testing.assert_array_equal(found.scores, -np.sort(-values, axis=1)[:, :200])


def test_a_long_row_with_equal_values_no_scores_and_columns_beside_the_groups():
    rng = np.random.default_rng(1)
    values = rng.integers(0, 40, (6, 3 * GROUP * 10 + 5)).astype(np.float32)
    values[:, -5:] = 100  # columns behind the last whole group
    values[1] = -INF
    values[2, 7:] = -INF
    values[3] = 1
    wanted = np.argsort(-values, axis=1, kind="stable")[:, :10]
    assert values.shape[1] // GROUP >= 10
    found = top(values, 10)
    best = np.take_along_axis(values, wanted, axis=1)
    np.testing.assert_array_equal(found.items, np.where(best == -INF, NO_ITEM, wanted))
    np.testing.assert_array_equal(found.scores, np.where(best == -INF, np.nan, best))


def test_few_places_are_cut_from_a_row_before_all_of_it_is_sorted():
    values = np.arange(3 * GROUP * 50, dtype=np.float32)[None]
    row, column = reaching(values, 50, np.zeros(1, np.float32))
    assert set(range(values.size - 50, values.size)) <= set(column.tolist())
    assert len(row) == len(column) < values.size / 2


def test_what_is_within_the_slack_of_the_highest_is_reached_too():
    values = np.array([[5, 1, 4, 2, 3, -INF], [1, 1, 1, 1, 9, 8]], np.float32)
    row, column = reaching(values, 1, np.array([2, 0.5], np.float32))
    assert list(zip(row.tolist(), column.tolist(), strict=True)) == [(0, 0), (0, 2), (0, 4), (1, 4)]
    wide = np.tile(values[:1], (1, GROUP))
    row, column = reaching(wide, 1, np.array([1.5], np.float32))
    assert sorted(column.tolist()) == [place for place in range(wide.size) if wide[0, place] >= 3.5]
