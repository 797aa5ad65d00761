import numpy as np
import pytest

from tests.small import asked, log, make

# Before day 100: in the last 2 days items 0, 0, 1, in the last 7 also 2, ever also 2 and 3.
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 98), (3, 2, 93), (4, 2, 50), (5, 3, 40)]
LATE = [(6, 3, 100), (7, 3, 101)]


def scores(day: int, windows: list[int], rows=ROWS + LATE) -> list[float]:
    queries = asked([(9, day)], log(rows))
    return make("popular", windows=windows).score(queries, np.zeros(4, dtype=np.int64), np.arange(4)).tolist()


def test_shares_of_a_window():
    # The last 7 days hold 4 rows: 2 of item 0, one each of 1 and 2.
    assert scores(100, [7]) == pytest.approx([2 / 4, 1 / 4, 1 / 4, 0], abs=1e-6)


def test_mean_over_windows():
    # 2 days: 2, 1, 0 of 3 rows; 7 days as above.
    expected = [(2 / 3 + 2 / 4) / 2, (1 / 3 + 1 / 4) / 2, (0 + 1 / 4) / 2, 0]
    assert scores(100, [2, 7]) == pytest.approx(expected, abs=1e-6)


def test_the_window_begins_on_its_first_day():
    # From day 100 the row of day 93 lies 7 days back: in a window of 7 and out of one of 6.
    assert scores(100, [6]) == pytest.approx([2 / 3, 1 / 3, 0, 0], abs=1e-6)


def test_the_querys_own_day_does_not_count():
    assert scores(100, [1]) == pytest.approx([1, 0, 0, 0], abs=1e-6)
    assert scores(101, [1]) == pytest.approx([0, 0, 0, 1], abs=1e-6)


def test_equal_shares_follow_all_watches_then_the_code():
    # Window: items 1 and 2 equal, but 2 has two watches ever. Items 4 and 5: one watch each, out of the window.
    queries = asked([(9, 100)], log([*ROWS, (8, 5, 30), (8, 4, 30)]))
    lists = make("popular", windows=[7]).retrieve(queries, 6, exclude_seen=True)
    assert lists.items.tolist() == [[0, 2, 1, 3, 4, 5]]


def test_an_empty_window_leaves_the_order_of_all_watches():
    queries = asked([(9, 95)], log(ROWS))
    assert make("popular", windows=[1]).retrieve(queries, 4, exclude_seen=True).items.tolist() == [[2, 3, -1, -1]]


def test_a_user_who_has_seen_the_top_gets_what_follows():
    queries = asked([(0, 100), (2, 99)], log([*ROWS, (0, 2, 97)]))
    assert make("popular", windows=[7]).retrieve(queries, 2, exclude_seen=True).items.tolist() == [[1, 3], [2, 0]]
