import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from twostage.metrics import intervals as module
from twostage.metrics.intervals import intervals, summary

RNG = np.random.default_rng(3)
USERS = np.arange(200)
VALUES = RNG.random(200)


def interval(values: np.ndarray, users: np.ndarray, **how) -> tuple[float, float, float]:
    """Of one measure, values [queries]."""
    mean, low, high = intervals(values[:, None], users, **how)[0]
    return mean, low, high


def width(values: np.ndarray, users: np.ndarray) -> float:
    _, low, high = interval(values, users, seed=1)
    return high - low


def test_mean_is_over_queries_not_over_users() -> None:
    mean, low, high = interval(np.array([1.0, 0.0, 0.0, 0.0]), np.array([7, 9, 9, 9]), seed=0)
    assert mean == 0.25
    # A resample draws user 7 twice, both users, or user 9 twice: means 1, 1/4 and 0.
    assert (low, high) == (0, 1)


def test_one_query_per_user_is_near_the_normal_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESAMPLES", 4000)
    error = VALUES.std() / np.sqrt(200)
    mean, low, high = interval(VALUES, USERS, seed=0)
    assert low == pytest.approx(mean - 1.96 * error, abs=0.15 * error)
    assert high == pytest.approx(mean + 1.96 * error, abs=0.15 * error)


def test_duplicated_queries_of_a_user_add_no_certainty() -> None:
    copies, owners = np.repeat(VALUES, 9), np.repeat(USERS, 9)
    assert interval(copies, owners, seed=1) == pytest.approx(interval(VALUES, USERS, seed=1))
    # As if every query had a user of its own: sqrt(9) = 3 times too narrow.
    assert width(copies, owners) == pytest.approx(3 * width(copies, np.arange(len(copies))), rel=0.15)


def test_same_seed_repeats_and_another_differs() -> None:
    assert interval(VALUES, USERS, seed=5) == interval(VALUES, USERS, seed=5)
    assert interval(VALUES, USERS, seed=5) != interval(VALUES, USERS, seed=6)


def test_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(0).permutation(200)
    assert interval(VALUES[order], USERS[order], seed=5) == pytest.approx(interval(VALUES, USERS, seed=5), rel=1e-12)


def test_queries_of_nan_and_users_without_another_do_not_count() -> None:
    values = np.concatenate([VALUES, [np.nan, np.nan]])
    users = np.concatenate([USERS, [0, 999]])
    assert interval(values, users, seed=5) == interval(VALUES, USERS, seed=5)


def test_several_measures_share_their_resamples() -> None:
    both = intervals(np.column_stack([VALUES, 2 * VALUES]), USERS, seed=5)
    assert both.shape == (2, 3)
    assert tuple(both[0]) == interval(VALUES, USERS, seed=5)
    np.testing.assert_allclose(both[1], 2 * both[0])


def test_one_user_has_an_interval_of_no_width() -> None:
    assert interval(np.array([0.1, 0.7, 0.4]), np.array([4, 4, 4]), seed=0) == pytest.approx((0.4, 0.4, 0.4))


def test_lower_level_is_narrower() -> None:
    _, low, high = interval(VALUES, USERS, seed=1, level=0.5)
    assert 0 < high - low < width(VALUES, USERS)


@pytest.mark.parametrize("values", [[], [np.nan]])
def test_no_query_with_a_value_raises(values: list[float]) -> None:
    with pytest.raises(ValueError, match="no query has a value"):
        interval(np.array(values, dtype=np.float64), np.zeros(len(values), dtype=np.int32), seed=0)


def test_measures_over_different_queries_raise() -> None:
    with pytest.raises(ValueError, match="same queries"):
        intervals(np.array([[1.0, np.nan]]), np.array([0]), seed=0)


def test_summary_keeps_systems_and_measures_apart() -> None:
    user = np.array([0, 1, 2])
    values = {"a": np.array([[0.0, 1], [0, 1], [9, 9]]), "b": np.array([[1.0, 2], [3, 4], [9, 9]])}
    found = summary(values, ["x", "y"], np.array([True, True, False]), user, seed=1)
    assert found["a"] == {"x": 0, "x_interval": [0, 0], "y": 1, "y_interval": [1, 1]}
    assert (found["b"]["x"], found["b"]["y"]) == (pytest.approx(2), pytest.approx(3))
    assert found["b"]["x_interval"] == [1, 3]


def test_a_mean_over_strata_weighs_each_the_same() -> None:
    values, strata = np.array([1.0, 0.0, 0.0, 0.5]), np.array([0, 1, 1, 1])
    mean, low, high = intervals(values[:, None], np.arange(4), seed=0, strata=strata)[0]
    assert mean == pytest.approx((1 + 0.5 / 3) / 2)
    assert low <= mean <= high


def test_of_values_all_alike_a_mean_over_strata_has_no_interval() -> None:
    strata = RNG.integers(0, 2, 60)
    assert intervals(np.ones((60, 1)), np.arange(60) // 3, seed=0, strata=strata)[0].tolist() == [1, 1, 1]


def test_one_stratum_is_the_usual_interval() -> None:
    found = intervals(VALUES[:, None], USERS, seed=2, strata=np.full(200, 7))
    np.testing.assert_array_equal(found, intervals(VALUES[:, None], USERS, seed=2))


def test_a_stratum_that_a_resample_misses_is_left_out_of_its_mean() -> None:
    # Two users of a stratum each: a resample is both (1/2), or one of them twice (0 or 1).
    found = intervals(np.array([[1.0], [0.0]]), np.array([5, 6]), seed=0, strata=np.array([0, 1]))
    assert found[0].tolist() == [0.5, 0, 1]


def test_the_number_of_threads_moves_no_bit(monkeypatch):
    monkeypatch.setattr(module, "RESAMPLES", 200)
    values, users = RNG.random((6040, 13)), np.arange(6040)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            found.append(intervals(values, users, seed=5))
    np.testing.assert_array_equal(*found)
