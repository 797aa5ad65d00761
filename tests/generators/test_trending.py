import numpy as np
import pytest

from tests.small import asked, log, make

# Before day 100: 2 days hold items 0, 0, 1; 10 days also 1, 1, 1; all days also 2 (the ones of item 3 lie later).
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 98), (3, 1, 95), (4, 1, 94), (5, 1, 90), (6, 2, 50), (7, 3, 100), (8, 3, 101)]


def scores(day: int, **values) -> list[float]:
    queries = asked([(9, day)], log(ROWS))
    model = make("trending", **{"short": 2, "long": 10, "prior": 1.0} | values)
    return model.score(queries, np.zeros(4, dtype=np.int64), np.arange(4, dtype=np.int32)).tolist()


@pytest.mark.parametrize("prior", [1.0, 4.0])
def test_watches_over_those_that_the_long_window_gives(prior):
    # Item 0 has 2 of 6 watches in 10 days: 1 of the 3 in 2 days is expected. Item 1 has 4 of 6: 2 are.
    expected = [(2 + prior) / (1 + prior), (1 + prior) / (2 + prior), 1, np.nan]
    assert scores(100, prior=prior) == pytest.approx(expected, nan_ok=True)


def test_the_querys_own_day_does_not_count():
    # Two days before 102 hold item 3 twice; 10 days before hold 0, 0, 1, 1, 1, 3, 3 without day 90.
    rise = 2 * 2 / 7
    assert scores(102) == pytest.approx([1 / (rise + 1), 1 / (3 * 2 / 7 + 1), 1, 3 / (rise + 1)])


def test_equal_growth_follows_all_watches_then_the_code():
    queries = asked([(9, 60)], log([(0, 2, 10), (1, 2, 11), (2, 1, 12), (3, 0, 13)]))
    assert make("trending").retrieve(queries, 3, exclude_seen=True).items.tolist() == [[2, 0, 1]]


def test_a_short_window_that_is_not_shorter_is_named():
    with pytest.raises(ValueError, match="short 30 must be below long 30"):
        make("trending", short=30, long=30)
