"""Types of the arrays that metrics share.

A system's lists are a 2-D array of item codes, one row per query, best first, padded at the end with NO_ITEM.
An item stands in a list once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostage.base.blocks import blocks
from twostage.base.tables import NO_ITEM

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    counts = np.zeros(n_items + 1, dtype=np.int64)
    for block in blocks(len(lists), lists.shape[1]):
        # Padding, -1, counts into the first.
        found = np.bincount(lists[block].ravel() + 1, minlength=n_items + 1)
        if len(found) > n_items + 1:
            raise ValueError(f"item code {len(found) - 2} in a list, expected 0..{n_items - 1}")
        counts += found
    return counts[1:]


def place_mean(counts: Ints, values: Floats) -> float:
    """Mean of the items' values over filled places.

    counts: lists that hold each item, see `exposure`, [items]; values: [items].

    Raises
    ------
    ValueError
        If no place is filled.
    """
    if not counts.any():
        raise ValueError("every list is empty, expected an item")
    return float((counts * values).sum() / counts.sum())
