"""Types of the arrays that metrics share, and blocks of rows that keep their temporary copies small.

A system's lists are a 2-D array of item codes, one row per query, best first, padded at the end with NO_ITEM.
An item stands in a list once.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_ITEM = -1
# Cells of a temporary array: 8 MB of int64, which stays near the processor's cache.
CELLS = 1 << 20


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Consecutive ranges of rows, each of about CELLS cells of `width` columns."""
    step = max(1, CELLS // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def lengths(lists: Ints) -> NDArray[np.int64]:
    """Number of items in each list, int64 [queries]."""
    filled: NDArray[np.int64] = np.sum(lists != NO_ITEM, axis=1, dtype=np.int64)
    return filled


def exposure(lists: Ints, n_items: int) -> NDArray[np.int64]:
    """Number of lists that hold each item, int64 [n_items].

    Raises
    ------
    ValueError
        If an item code isn't in 0..n_items-1.
    """
    counts = np.zeros(n_items, dtype=np.int64)
    for column in lists.T:
        found = np.bincount(column[column != NO_ITEM], minlength=n_items)
        if len(found) > n_items:
            raise ValueError(f"item code {len(found) - 1} in a list, expected 0..{n_items - 1}")
        counts += found
    return counts
