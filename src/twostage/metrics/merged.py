"""Several systems' lists of a query merged into one: first places, second places and so on, each item once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twostage.base.blocks import blocks
from twostage.base.tables import NO_ITEM
from twostage.metrics.arrays import Ints


def distinct(lists: Sequence[Ints]) -> NDArray[np.int32]:
    """Distinct items down to each turn of the round robin, int32 [queries, depth x systems].

    Turn t, from 0, is place t // systems of list t % systems. An item's rank in the merged list is the count at its
    first turn; the last column is the number of the merged list's items.

    lists: [queries, depth] each.
    """
    queries, depth = lists[0].shape
    turns = depth * len(lists)
    bits = turns.bit_length()
    largest = max(rows.max(initial=0) for rows in lists) + 1
    # Half the bytes sort twice as fast.
    dtype = np.int32 if int(largest) << bits < 2**31 else np.int64
    counts = np.empty((queries, turns), np.int32)
    for block in blocks(queries, turns):
        keys = np.stack([rows[block] for rows in lists], axis=2).astype(dtype).reshape(-1, turns)
        keys = (keys << bits) | np.arange(turns, dtype=dtype)
        keys.sort(axis=1)
        item = keys >> bits
        # Padding sorts first: an item is new where it differs from its left neighbour, padding or item.
        new = np.empty(keys.shape, np.bool_)
        new[:, 0], new[:, 1:] = item[:, 0] != NO_ITEM, item[:, 1:] != item[:, :-1]
        place = np.flatnonzero(new)
        turn = keys.ravel()[place] & ((1 << bits) - 1)
        first = np.zeros(keys.shape, np.int32)
        first.ravel()[place - place % turns + turn] = 1
        np.cumsum(first, axis=1, out=counts[block])
    return counts


def first_turns(ranks: Ints) -> NDArray[np.int64]:
    """Turn, from 0, at which each label first comes, -1 where no list holds it, int64 [labels].

    ranks: from 1, 0 where the list doesn't hold the label, [systems, labels].
    """
    systems = len(ranks)
    turn = (ranks.astype(np.int64) - 1) * systems + np.arange(systems)[:, None]
    best: NDArray[np.int64] = np.where(ranks > 0, turn, np.iinfo(np.int64).max).min(axis=0)
    return np.where(ranks.any(axis=0), best, -1)
