"""The highest of each row of a table of scores."""

import numpy as np
import numpy.typing as npt

from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import Lists
from twostage.past.asof import Rows
from twostage.past.log import Floats

LOWEST = np.finfo(np.float32).min
NO_KEY = np.iinfo(np.uint64).max
LOW = np.uint64(0xFFFFFFFF)
LOWEST_BITS = np.int32(-(2**31))
GROUP = 32  # columns of which the highest is looked at first


def top(scores: Floats, n: int) -> Lists:
    """The n highest of each row of [rows, columns], n at most the columns; equal ones: the lower column first.

    -inf is no score.
    """
    row, column = reaching(scores, n, np.zeros(len(scores), np.float32))
    return best(row, column, scores[row, column], len(scores), n)


def reaching(scores: Floats, n: int, slack: Floats) -> tuple[Rows, Rows]:
    """Rows, ascending, and columns of the n highest of each row and of all down to `slack` [rows] below them.

    And of a few more: a bound of the n-th value keeps what is sorted short. -inf is no score. The highest of every
    GROUP columns are looked at first: the n-th highest of these is such a bound, and few groups reach it.
    """
    groups = scores.shape[1] // GROUP
    if groups < n:
        least = _least(scores, n, slack)
        row, column = np.divmod(np.flatnonzero(scores >= least[:, None]), scores.shape[1])
        return row, column
    whole = groups * GROUP
    highest = scores[:, :whole].reshape(len(scores), GROUP, groups).max(axis=1)
    least = _least(highest, n, slack)
    row, group = np.nonzero(highest >= least[:, None])
    column = group[:, None] + np.arange(0, whole, groups)
    inside = scores[row[:, None], column] >= least[row, None]
    beside = np.nonzero(scores[:, whole:] >= least[:, None])
    row = np.concatenate([np.repeat(row, GROUP).reshape(inside.shape)[inside], beside[0]])
    order = np.argsort(row, kind="stable")
    return row[order], np.concatenate([column[inside], whole + beside[1]])[order]


def _least(scores: Floats, n: int, slack: Floats) -> Floats:
    """Of each row what is `slack` below its n-th highest value, above -inf."""
    least: Floats = np.maximum(np.partition(scores, -n, axis=1)[:, -n] - slack, LOWEST)
    return least


def best(row: Rows, column: Rows, values: Floats, rows: int, n: int) -> Lists:
    """The n highest values of each row, named by their columns, of pairs whose rows ascend; equal ones as in `top`.

    Value and column make one whole number to sort.
    """
    first = np.searchsorted(row, np.arange(rows + 1))
    keys = np.full((rows, max(n, np.diff(first).max(initial=0))), NO_KEY)
    keys[row, np.arange(len(row)) - first[row]] = _ordered(values, column)
    if keys.shape[1] > 2 * n:
        keys = np.partition(keys, n - 1, axis=1)[:, :n]
    keys = np.sort(keys, axis=1)[:, :n]
    filled = keys != NO_KEY
    items = np.where(filled, keys & LOW, NO_ITEM).astype(np.int32)
    return Lists(items, np.where(filled, _values(keys), np.float32(np.nan)))


def _ordered(values: Floats, columns: Rows) -> npt.NDArray[np.uint64]:
    """Value and column as one whole number, the higher value first, of equal ones the lower column.

    Bits of floats ascend above 0 and descend below it; they stand in the upper half, turned round, the column below.
    """
    bits = (values + np.float32(0)).view(np.int32)  # -0 to 0
    falling = ~np.where(bits < 0, ~bits, bits ^ LOWEST_BITS).view(np.uint32)
    return falling.astype(np.uint64) << np.uint64(32) | columns.astype(np.uint64)


def _values(keys: npt.NDArray[np.uint64]) -> Floats:
    """The values that `_ordered` was given."""
    rising = (~(keys >> np.uint64(32)).astype(np.uint32)).view(np.int32)
    return np.where(rising < 0, rising ^ LOWEST_BITS, ~rising).view(np.float32)
