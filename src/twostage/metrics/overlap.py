"""How many items two systems' lists of a query share, whatever their order."""

import numpy as np

from twostage.metrics.arrays import Floats, Ints, lengths
from twostage.metrics.shared import shared


def overlap(a: Ints, b: Ints, n: int) -> float:
    """Mean over queries of |A n B| / n, with A and B the first n items; 0..1.

    The divisor stays n where lists are shorter: what a system doesn't show isn't shared. Queries where both lists
    are empty don't count.

    a, b: [queries, depth], the depths may differ.

    Raises
    ------
    ValueError
        If n < 1, or both lists are empty in every query.
    """
    common, union = _sizes(a, b, n)
    return _mean(common / n, union)


def jaccard(a: Ints, b: Ints, n: int) -> float:
    """Mean over queries of |A n B| / |A u B|, with A and B the first n items; 0..1.

    Jaccard, The distribution of the flora in the alpine zone, New Phytologist 1912. Empty lists, arguments and
    Raises as in `overlap`.
    """
    common, union = _sizes(a, b, n)
    return _mean(common / np.maximum(union, 1), union)


def _sizes(a: Ints, b: Ints, n: int) -> tuple[Ints, Ints]:
    """Sizes of intersection and union, int64 [queries] each."""
    if n < 1:
        raise ValueError(f"n = {n}, expected at least 1")
    a, b = a[:, :n], b[:, :n]
    common = np.zeros(len(a), dtype=np.int64)
    for block, query, _ in shared(a, b):
        common[block] = np.bincount(query, minlength=block.stop - block.start)
    return common, lengths(a) + lengths(b) - common


def _mean(values: Floats, union: Ints) -> float:
    if not union.any():
        raise ValueError("both lists are empty in every query, expected an item")
    return float(values[union > 0].mean())
