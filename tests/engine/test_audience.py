import numpy as np

from tests.small import log
from twostage.engine.audience import audience


def test_rows_of_one_day_have_the_same_past_and_the_same_return():
    # User 0: two rows on day -1, one on day 6, two on day 14; user 2: one on day 15.
    rows = log([(0, 0, -1), (0, 1, -1), (0, 2, 6), (0, 3, 14), (0, 4, 14), (2, 0, 15)])
    found = audience(rows)
    assert found.rows_before.tolist() == [0, 0, 2, 3, 3, 0]
    # A week later is a return, eight days are none, and neither is another user's day.
    assert found.back.tolist() == [True, True, False, False, False, False]


def test_an_empty_log_has_nobody():
    assert [column.tolist() for column in audience(log([]))] == [[], []]


def test_the_first_user_may_begin_on_the_day_before_1970():
    rows = log([(0, 0, -1), (1, 0, 0)])
    np.testing.assert_array_equal(audience(rows).rows_before, [0, 0])
