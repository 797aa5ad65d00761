"""Items that two systems' lists of a query share, and the rank that each gives them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twostage.base.blocks import blocks
from twostage.base.tables import NO_ITEM
from twostage.metrics.arrays import Floats, Ints, lengths


class Shared(NamedTuple):
    """Two systems' lists of the same queries, as far as measures of agreement need them."""

    query: NDArray[np.int64]  # of each shared item, ascending
    rank_a: NDArray[np.int64]  # of each shared item, from 1
    rank_b: NDArray[np.int64]
    length_a: NDArray[np.int64]  # items of each query's list
    length_b: NDArray[np.int64]

    @property
    def depth(self) -> NDArray[np.int64]:
        """The worse of each shared item's two ranks: the first at which it counts into the intersection."""
        return np.maximum(self.rank_a, self.rank_b)

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Whether both lists of a query are empty: there is nothing to compare."""
        both: NDArray[np.bool_] = (self.length_a == 0) & (self.length_b == 0)
        return both

    def total(self, values: Floats | None = None) -> Floats:
        """Sum of the shared items' values, or their number, float64 [queries]."""
        return np.bincount(self.query, weights=values, minlength=len(self.length_a)).astype(np.float64)


def shared(a: Ints, b: Ints) -> Shared:
    """What the lists of the same query share.

    a, b: [queries, depth], the depths may differ.

    Raises
    ------
    ValueError
        If the two have different numbers of queries.
    """
    if len(a) != len(b):
        raise ValueError(f"lists of {len(a)} and {len(b)} queries, expected the same queries in both")
    bits = max(a.shape[1], b.shape[1]).bit_length()
    largest = max(a.max(initial=0), b.max(initial=0)) + 1
    # Half the bytes sort twice as fast.
    dtype: type[np.signedinteger] = np.int32 if int(largest) << (bits + 1) < 2**31 else np.int64
    found = []
    for block in blocks(len(a), a.shape[1] + b.shape[1]):
        # A shared item's two keys are neighbours after sorting: item, list, rank from the high bits to the low.
        keys = np.concatenate([_keys(a[block], bits, 0, dtype), _keys(b[block], bits, 1, dtype)], axis=1)
        keys.sort(axis=1)
        item = keys >> (bits + 1)
        place = np.flatnonzero((item[:, 1:] == item[:, :-1]) & (item[:, 1:] != NO_ITEM))
        query, place = np.divmod(place, keys.shape[1] - 1)
        ranks = (keys[query, place + side] & ((1 << bits) - 1) for side in (0, 1))
        found.append((query + block.start, *ranks))
    columns = zip(*found, strict=True) if found else [[np.empty(0, np.int64)]] * 3
    query, rank_a, rank_b = (np.concatenate(column).astype(np.int64) for column in columns)
    return Shared(query, rank_a, rank_b, lengths(a), lengths(b))


def _keys(lists: Ints, bits: int, side: int, dtype: type[np.signedinteger]) -> Ints:
    rank = np.arange(1, lists.shape[1] + 1, dtype=dtype)
    keys: Ints = (lists.astype(dtype) << (bits + 1)) | (side << bits) | rank
    return keys
