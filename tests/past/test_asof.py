import numpy as np
import pytest

from tests.small import asked, log

# Sorted by (user, day): user 0 on days 5, 7, 7, 9; user 2 on day 7.
ROWS = [(0, 3, 5), (0, 1, 7), (0, 2, 7), (0, 0, 9), (2, 3, 7)]
LOG = log(ROWS, total_dur=[50, 71, 72, 90, None])


def histories(pairs, last=None) -> list[list[int]]:
    queries = asked(pairs, LOG)
    query, rows = queries.history(last)
    return [queries.items_of(rows[query == place]).tolist() for place in range(len(pairs))]


@pytest.mark.parametrize(
    ("user", "day", "expected"),
    [(0, 5, []), (0, 6, [3]), (0, 7, [3]), (0, 8, [3, 1, 2]), (0, 100, [3, 1, 2, 0]), (2, 7, []), (2, 8, [3])],
)
def test_history_holds_the_days_before_and_not_the_day_itself(user, day, expected):
    assert histories([(user, day)]) == [expected]
    assert asked([(user, day)], LOG).history_size.tolist() == [len(expected)]


@pytest.mark.parametrize("user", [1, 3, 1000])
def test_a_user_without_rows_has_an_empty_history(user):
    assert histories([(user, 100)]) == [[]]


def test_queries_of_one_user_on_several_days_in_any_order():
    assert histories([(0, 8), (2, 8), (0, 6), (0, 8)]) == [[3, 1, 2], [3], [3], [3, 1, 2]]


def test_last_rows_of_a_history():
    assert histories([(0, 100), (2, 100), (1, 100)], last=2) == [[2, 0], [3], []]


@pytest.mark.parametrize(
    ("size", "day_items", "sizes"),
    # Four items; days 5, 5, 6, 7, 7, 7, 9.
    [(100, 100, [7]), (100, 8, [3, 4]), (100, 4, [2, 1, 3, 1]), (100, 1, [2, 1, 3, 1]), (2, 100, [2, 2, 2, 1])],
)
def test_blocks_are_bounded_in_queries_and_in_days_times_items(size, day_items, sizes):
    queries = asked([(0, day) for day in (5, 5, 6, 7, 7, 7, 9)], LOG)
    blocks = list(queries.blocks(size, day_items))
    assert [len(block) for block in blocks] == sizes
    assert np.concatenate([block.day for block in blocks]).tolist() == queries.day.tolist()


def test_no_queries_are_one_block_of_none():
    assert [len(block) for block in asked([], LOG).blocks(10, 10)] == [0]


def test_days_go_with_the_rows():
    queries = asked([(0, 8), (2, 8)], LOG)
    assert queries.days_of(queries.history()[1]).tolist() == [5, 7, 7, 7]


def test_durations_go_with_the_rows_and_none_without_the_column():
    queries = asked([(0, 8), (2, 8)], LOG)
    np.testing.assert_array_equal(queries.durations_of(queries.history()[1]), [50, 71, 72, np.nan])
    assert asked([(0, 8)], log(ROWS)).durations_of(np.array([0])) is None


def test_seen_marks_the_items_before_the_day():
    assert asked([(0, 8), (0, 5), (2, 9)], LOG).seen.toarray().tolist() == [[0, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("window", "expected"),
    [(None, [[0, 1, 1, 2], [0, 0, 0, 1]]), (1, [[0, 1, 1, 1], [0, 0, 0, 0]]), (3, [[0, 1, 1, 2], [0, 0, 0, 1]])],
)
def test_counts_of_the_days_before_each_distinct_day(window, expected):
    queries = asked([(9, 8), (9, 7), (0, 8)], LOG)
    days, index = queries.days
    assert (days.tolist(), index.tolist()) == ([7, 8], [1, 0, 1])
    assert queries.counts(window).tolist() == expected[::-1]


def test_counts_on_the_weekday_of_the_query():
    # Day 14 asks for days 7 and 0; day 12 for day 5.
    assert asked([(9, 14), (9, 12)], LOG).counts(weekday_of_query=True).tolist() == [[0, 0, 0, 1], [0, 1, 1, 1]]
    assert asked([(9, 14)], LOG).counts(6, weekday_of_query=True).tolist() == [[0, 0, 0, 0]]


def test_days_before_1970_are_days_like_others():
    old = log([(0, 0, -5), (0, 1, 3), (1, 1, -1)])
    queries = asked([(0, 0), (0, -5), (1, 0), (1, -1), (0, 4)], old)
    assert queries.history_size.tolist() == [1, 0, 1, 0, 2]


def test_parts_keep_the_log():
    queries = asked([(0, 8), (2, 8), (0, 6)], LOG)
    assert queries.at(slice(1, 3)).history_size.tolist() == [1, 1]
    assert queries.at(np.array([2, 0])).history_size.tolist() == [1, 3]
    assert len(queries.at(slice(5, 9))) == 0


def test_before_a_day_keeps_the_rows_of_earlier_days():
    before = LOG.before(7)
    assert (before.user.tolist(), before.item.tolist(), before.n_items) == ([0], [3], 4)
