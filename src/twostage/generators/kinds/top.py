"""The highest of each row of a table of scores."""

import numpy as np
import numpy.typing as npt

from twostage.generators.kinds.generator import NO_ITEM, Lists
from twostage.log import Floats

LOWEST = np.finfo(np.float32).min
NO_KEY = np.iinfo(np.uint64).max
LOW = np.uint64(0xFFFFFFFF)
GROUP = 32  # columns of which the highest is looked at first


def top(scores: Floats, n: int) -> Lists:
    """The n highest of each row of [rows, columns], n at most the columns; equal ones: the lower column first.

    -inf is no score. A bound of the n-th value keeps what is sorted short, and value and column make one whole number
    to sort.
    """
    least = np.maximum(_bound(scores, n), LOWEST)
    row, column = np.divmod(np.flatnonzero(scores >= least[:, None]), scores.shape[1])
    first = np.searchsorted(row, np.arange(len(scores) + 1))
    keys = np.full((len(scores), max(n, np.diff(first).max(initial=0))), NO_KEY)  # more than n where values are equal
    keys[row, np.arange(len(row)) - first[row]] = ordered(scores[row, column], column)
    keys = np.sort(keys, axis=1)[:, :n]
    filled = keys != NO_KEY
    columns = np.where(filled, keys & LOW, 0).astype(np.int32)
    values = np.take_along_axis(scores, columns, axis=1)
    return Lists(np.where(filled, columns, np.int32(NO_ITEM)), np.where(filled, values, np.float32(np.nan)))


def _bound(scores: Floats, n: int) -> Floats:
    """Of each row a value that n or more of its columns reach, few more: the n-th highest of the groups' highest.

    To find it among all columns takes several times as long.
    """
    groups = scores.shape[1] // GROUP
    if groups >= n:
        scores = scores[:, : groups * GROUP].reshape(len(scores), GROUP, groups).max(axis=1)
    return np.partition(scores, -n, axis=1)[:, -n]


def ordered(values: Floats, columns: np.ndarray) -> npt.NDArray[np.uint64]:
    """Value and column as one whole number, the higher value first, of equal ones the lower column.

    Bits of floats ascend above 0 and descend below it; they stand in the upper half, turned round, the column below.
    """
    bits = (values + np.float32(0)).view(np.int32)  # -0 to 0
    falling = ~np.where(bits < 0, ~bits, bits ^ np.int32(-(2**31))).view(np.uint32)
    return falling.astype(np.uint64) << np.uint64(32) | columns.astype(np.uint64)
