import numpy as np
import pytest

from tests.small import asked, log, make

# Day 100 asks for days 93, 86, 79, ...: one, two, three weeks before. Day 94 is another weekday.
ROWS = [(0, 0, 93), (1, 1, 93), (2, 1, 86), (3, 2, 79), (4, 3, 94), (5, 3, 99), (6, 2, 100)]


def scores(weeks: int, day: int = 100) -> list[float]:
    queries = asked([(9, day)], log(ROWS))
    return make("weekday_popular", weeks=weeks).score(queries, np.zeros(4, dtype=np.int64), np.arange(4)).tolist()


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(1, [1 / 2, 1 / 2, 0, 0]), (2, [1 / 3, 2 / 3, 0, 0]), (3, [1 / 4, 2 / 4, 1 / 4, 0])],
)
def test_share_of_the_watches_on_the_same_weekday(weeks, expected):
    assert scores(weeks) == pytest.approx(expected, abs=1e-6)


def test_the_next_day_asks_for_another_weekday():
    # Day 101 asks for day 94: item 3 alone.
    assert scores(1, 101) == pytest.approx([0, 0, 0, 1], abs=1e-6)


def test_no_watch_on_the_weekday_leaves_the_order_of_all_watches():
    # Day 97 asks for day 90: nothing. Before day 97: item 1 twice, items 0, 2, 3 once.
    queries = asked([(9, 97)], log(ROWS))
    lists = make("weekday_popular", weeks=1).retrieve(queries, 4, exclude_seen=True)
    assert lists.items.tolist() == [[1, 0, 2, 3]]
