import numpy as np
import pytest

from tests.small import asked, log, make
from twostage.errors import InputError

# Before day 100: the last 7 days hold items 0, 0, 1; the last 30 also 1, 1, 2; item 3 is older.
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 97), (3, 1, 80), (4, 1, 75), (5, 2, 71), (6, 3, 50)]
LATE = [(7, 2, 100), (8, 2, 101)]


def scores(prior: float) -> np.ndarray:
    queries = asked([(9, 100)], log(ROWS + LATE))
    return make("trending", short=7, long=30, prior=prior).score(queries, np.zeros(4, np.int64), np.arange(4))


def test_the_share_of_the_short_window_over_that_of_the_long_one():
    expected = [(2 / 3 + 0.1) / (2 / 6 + 0.1), (1 / 3 + 0.1) / (3 / 6 + 0.1), 0.1 / (1 / 6 + 0.1), np.nan]
    assert scores(prior=100) == pytest.approx(expected, nan_ok=True)


def test_a_large_prior_makes_all_alike():
    assert scores(prior=1e9)[:3] == pytest.approx([1, 1, 1], abs=1e-5)


def test_windows_the_wrong_way_round_are_refused():
    with pytest.raises(InputError, match="short 30 must be below long 7"):
        make("trending", short=30, long=7)
