"""Rank-biased overlap of two systems' lists of a query: the top weighs more, the lists may end anywhere.

Webber, Moffat, Zobel, A similarity measure for indefinite rankings, TOIS 2010. With X_d the size of the
intersection of the two first d items, RBO = (1 - p) / p * sum over d of X_d / d * p^d. A shared item counts from
its depth e on (the worse of its two ranks), so sums over d of X_d become sums over shared items of the tail of
H_n = sum over d <= n of p^d / d that begins at e.

p: persistence, in (0, 1); at .9 the first 10 ranks weigh 86 % (equation 21 there), at .98 the first 50 85 %.
"""

import numpy as np
from numpy.typing import NDArray

from twostage.metrics.agreement.shared import Shared
from twostage.metrics.arrays import Floats


def rbo_min(pair: Shared, p: float) -> Floats:
    """Lower bound, equation 11: nothing below the lists' ends is shared; float64 [queries], 0..1.

    (1 - p) / p * (sum over d <= k of (X_d - X_k) p^d / d - X_k ln(1 - p)), which is
    (1 - p) / p * sum over shared items of (-ln(1 - p) - H_(e-1)).

    Empty lists and Raises as in `rbo_ext`.
    """
    _, tail = _tails(pair, p)
    return _defined((1 - p) / p * pair.total(-np.log1p(-p) - tail[pair.depth - 1]), pair)


def rbo_ext(pair: Shared, p: float) -> Floats:
    """Extrapolated from the agreement at the lists' ends, equation 32; float64 [queries], 0..1.

    With s <= l the lengths of the two lists:
    (1 - p) / p * (sum over d <= l of X_d / d p^d + sum over s < d <= l of X_s (d - s) / (s d) p^d)
    + ((X_l - X_s) / l + X_s / s) p^l. Identical lists give 1, disjoint ones 0.

    Two empty lists give NaN: there is nothing to compare. One empty list gives 0.

    Raises
    ------
    ValueError
        If p isn't in (0, 1).
    """
    power, tail = _tails(pair, p)
    short, long = np.minimum(pair.length_a, pair.length_b), np.maximum(pair.length_a, pair.length_b)
    depth = pair.depth
    in_long, in_short = pair.total(), pair.total((depth <= short[pair.query]).astype(np.float64))
    seen = pair.total(tail[long[pair.query]] - tail[depth - 1])
    # An empty list shares nothing: where a length of 0 is raised to 1 the numerator is 0.
    agreement = in_short / np.maximum(short, 1)
    unseen = agreement * (power[long] - power[short]) - in_short * (tail[long] - tail[short])
    end = ((in_long - in_short) / np.maximum(long, 1) + agreement) * p**long
    return _defined((1 - p) / p * (seen + unseen) + end, pair)


def check(p: float) -> None:
    """Raises ValueError if p isn't in (0, 1)."""
    if not 0 < p < 1:
        raise ValueError(f"p = {p}, expected a number between 0 and 1, both excluded")


def _tails(pair: Shared, p: float) -> tuple[Floats, Floats]:
    """Sums over d <= n of p^d, and of p^d / d, for n = 0..the longest list."""
    check(p)
    d = np.arange(1, max(pair.length_a.max(initial=0), pair.length_b.max(initial=0)) + 1)
    return _sums(p**d), _sums(p**d / d)


def _sums(terms: NDArray[np.float64]) -> Floats:
    return np.concatenate([[0.0], np.cumsum(terms)])


def _defined(values: Floats, pair: Shared) -> Floats:
    return np.where(pair.empty, np.nan, values)
