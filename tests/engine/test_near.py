"""Hand-computed: user 0 watches items 0, 1, 2 on days 1, 2, 3, user 1 items 2 and 0 on days 4 and 5."""

import numpy as np
import pytest

from tests.small import log
from twostage.engine.near import Near

LOG = log([(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 2, 4), (1, 0, 5)])
PAIRS = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 1)]


def counts(near: Near, day: int) -> list[tuple[int, int]]:
    item, other = np.array(PAIRS, np.int32).T
    n, later = near.before(np.int32(day), near.places(item, other))
    return list(zip(n.tolist(), later.tolist(), strict=True))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (2, [(0, 0)] * 5),
        (3, [(1, 1), (1, 0), (0, 0), (0, 0), (0, 0)]),
        (5, [(1, 1), (1, 0), (1, 1), (1, 0), (0, 0)]),
        (6, [(1, 1), (1, 0), (2, 1), (2, 1), (0, 0)]),
    ],
)
def test_both_rows_lie_before_the_day_whatever_was_asked_first(day, expected):
    near = Near(LOG, None)
    for first in (2, 6, day, 3):
        counts(near, first)
        assert counts(near, day) == expected
    assert counts(Near(LOG, None), day) == expected


def test_with_one_users_items_pairs_of_others_are_left_out():
    assert counts(Near(LOG, np.array([1])), 6) == [(1, 1), (1, 0), (0, 0), (0, 0), (0, 0)]


def test_a_log_in_which_nothing_is_near():
    assert counts(Near(log([(0, 0, 1), (1, 1, 2), (2, 2, 3)]), None), 9) == [(0, 0)] * 5
