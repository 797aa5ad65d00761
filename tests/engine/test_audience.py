import numpy as np

from tests.small import log
from twostage.engine.audience import NEVER, audience


def test_rows_of_one_day_have_the_same_past_and_the_same_return():
    # User 0: two rows on day -1, one on day 3, two on day 9; user 2: one on day 3.
    rows = log([(0, 0, -1), (0, 1, -1), (0, 2, 3), (0, 3, 9), (0, 4, 9), (2, 0, 3)])
    found = audience(rows)
    assert found.rows_before.tolist() == [0, 0, 2, 3, 3, 0]
    assert found.back.tolist() == [3, 3, 9, NEVER, NEVER, NEVER]


def test_an_empty_log_has_nobody():
    assert [column.tolist() for column in audience(log([]))] == [[], []]


def test_the_first_user_may_begin_on_the_day_before_1970():
    rows = log([(0, 0, -1), (1, 0, 0)])
    np.testing.assert_array_equal(audience(rows).rows_before, [0, 0])
