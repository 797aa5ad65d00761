"""Items that two systems' lists of a query share, and the depth at which both have shown them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from twostage.metrics.arrays import NO_ITEM, Ints, blocks


def shared(a: Ints, b: Ints) -> Iterator[tuple[slice, NDArray[np.int64], NDArray[np.int64]]]:
    """Block by block of queries: its rows, then query (from the block's start) and depth of every shared item.

    The depth is the worse of the item's two ranks, from 1: the first at which it counts into the intersection.

    a, b: [queries, depth], the depths may differ.

    Raises
    ------
    ValueError
        If the two have different numbers of queries.
    """
    if len(a) != len(b):
        raise ValueError(f"lists of {len(a)} and {len(b)} queries, expected the same queries in both")
    bits = max(a.shape[1], b.shape[1]).bit_length()
    for block in blocks(len(a), a.shape[1] + b.shape[1]):
        # A shared item's two keys are neighbours after sorting: the item in the high bits, the rank in the low.
        keys = np.concatenate([_keys(a[block], bits), _keys(b[block], bits)], axis=1)
        keys.sort(axis=1)
        item = keys >> bits
        # The list that ranks the item worse holds the larger key, or both keys are equal.
        query, place = np.nonzero((item[:, 1:] == item[:, :-1]) & (item[:, 1:] != NO_ITEM))
        yield block, query, keys[query, place + 1] & ((1 << bits) - 1)


def _keys(lists: Ints, bits: int) -> NDArray[np.int64]:
    return (lists.astype(np.int64) << bits) | np.arange(1, lists.shape[1] + 1)
