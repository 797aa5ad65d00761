"""Hand-computed sums before days: item 1 has two rows on day 3 and one on day 5, item 0 one on day 4."""

import numpy as np
import pytest

from tests.small import log
from twostage.engine import totals
from twostage.engine.audience import audience

DAY = np.array([3, 3, 5, 4], np.int32)
ITEM = np.array([1, 1, 1, 0], np.int32)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(3, [0, 0], id="a row of the day is no part"),
        pytest.param(4, [0, 2], id="rows of the day before are"),
        pytest.param(5, [1, 2], id="of one day between two asked ones"),
        pytest.param(9, [1, 3], id="of days on which nobody asks"),
    ],
)
def test_rows_before(day, expected):
    asked = np.array([3, 4, 5, 9], np.int32)
    together = totals.before(asked, DAY, ITEM, 2)
    assert together[asked.tolist().index(day)].tolist() == expected
    assert totals.before(np.array([day], np.int32), DAY, ITEM, 2).tolist() == [expected]


def test_sums_of_numbers_that_some_rows_lack():
    found = totals.sums_before(np.array([4, 6]), DAY, ITEM, 2, {"seconds": np.array([10, np.nan, 7, 1])})
    assert {name: table.tolist() for name, table in found.items()} == {
        "seconds_n": [[0, 1], [1, 2]],
        "seconds_sum": [[0, 10], [1, 17]],
    }


def test_items_before_a_day_and_a_later_one():
    rows = log([(0, 0, -1), (0, 1, 6), (1, 1, 13), (2, 2, 13), (3, 0, 20)])
    found = totals.items_before(np.array([13, 20], np.int32), rows, {}, audience(rows))
    table = list(zip(*(found[name].tolist() for name in ("as_of", "item", "n", "n_7", "n_weekday")), strict=True))
    # Days -1, 6, 13 and 20 are of one weekday.
    assert table == [(13, 0, 1, 0, 1), (13, 1, 1, 1, 1), (20, 0, 1, 0, 1), (20, 1, 2, 1, 2), (20, 2, 1, 1, 1)]
    assert found["oldest"].tolist() == [14, 7, 21, 14, 7]
    assert found["newest"].tolist() == [14, 7, 21, 7, 7]
    assert found["place"].tolist() == [0, 1, 0, 1, 2]
    # The week after day -1 is over on either day and that after day 6 on day 20 alone; user 0 came back in the first.
    assert found["n_settled"].tolist() == [1, 0, 1, 1, 0]
    assert found["n_back"].tolist() == [1, 0, 1, 0, 0]
    # At their rows nobody had watched anything before but user 0.
    assert found["levels"].tolist() == [0, 1000, 0, 1000, 0]
