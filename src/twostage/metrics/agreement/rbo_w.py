"""Rank-biased overlap where a list's order has ties: RBO^w, extrapolated.

Webber, Moffat, Zobel, TOIS 2010, equation 29, in the form that Corsi, Urbano, The treatment of ties in rank-biased
overlap, SIGIR 2024, give it for lists that end: items that are tied stand at the first rank of their group. They
call it the w-variant; it takes a tie for equality, where their a- and b-variants take it for an unknown order.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twostage.metrics.agreement.rbo import check
from twostage.metrics.agreement.shared import Shared
from twostage.metrics.arrays import Floats, Ints


class Ties(NamedTuple):
    """First and last rank, from 1, of the group of equal scores at each place, int64 [queries, depth] each."""

    top: NDArray[np.int64]
    bottom: NDArray[np.int64]


def ties(scores: NDArray[np.floating]) -> Ties:
    """scores: best first, NaN where a place is empty or has no score, and is tied with none; [queries, depth]."""
    rank = np.arange(1, scores.shape[1] + 1)
    differs = scores[:, 1:] != scores[:, :-1]
    edge = np.ones((len(scores), 1), np.bool_)
    top = np.maximum.accumulate(np.where(np.hstack([edge, differs]), rank, 0), axis=1)
    ends = np.where(np.hstack([differs, edge]), rank, len(rank))
    return Ties(top, np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1])


def rbo_w(pair: Shared, a: Ties, b: Ties, p: float) -> Floats:
    """RBO^w_ext, float64 [queries], 0..1; without ties that is `rbo_ext`.

    With S_d the items whose group begins at rank d or before, agreement A_d = 2 X_d / (|S_d| + |L_d|) down to the
    shorter list's end s; below it |S_d| = d and (d - s) A_s of the unseen items are taken as shared; below the
    longer one's end l the agreement stays at (X_l + (l - s) A_s) / l. One empty list gives 0, two NaN.

    a, b: of the lists of `pair`, of equal depth.

    Raises
    ------
    ValueError
        If p isn't in (0, 1).
    """
    check(p)
    queries, deep = a.top.shape
    first = np.maximum(a.top[pair.query, pair.rank_a - 1], b.top[pair.query, pair.rank_b - 1])
    counts = np.bincount(pair.query * deep + first - 1, minlength=queries * deep)
    common = np.cumsum(counts.reshape(queries, deep), axis=1, dtype=np.float64)
    d = np.arange(1, deep + 1)
    sizes = _sizes(a, pair.length_a) + _sizes(b, pair.length_b)
    short, long = np.minimum(pair.length_a, pair.length_b), np.maximum(pair.length_a, pair.length_b)
    row = np.arange(queries)
    at_short, at_long = np.maximum(short, 1) - 1, np.maximum(long, 1) - 1
    agreed = 2 * common[row, at_short] / sizes[row, at_short]
    common += np.maximum(d - short[:, None], 0) * agreed[:, None]
    agreement = np.where(d <= long[:, None], 2 * common / sizes, 0)
    end = common[row, at_long] / (at_long + 1) * p**long
    # Not a matrix product: BLAS sums in another order with another number of threads.
    seen = (1 - p) / p * np.einsum("qd,d->q", agreement, p**d)
    return np.where(pair.empty, np.nan, np.where(short > 0, seen + end, 0))


def _sizes(tied: Ties, length: Ints) -> Ints:
    """Items whose group begins at rank d or before, for d = 1..depth; d below the list's end: [queries, depth]."""
    d = np.arange(1, tied.bottom.shape[1] + 1)
    sizes: Ints = np.where(d <= length[:, None], tied.bottom, d)
    return sizes
