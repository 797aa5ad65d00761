"""Paired randomisation test of a mean difference: whether a system's lead is more than the luck of the users drawn.

Were two systems alike, each user's difference could as well have had the other sign. One user's queries depend on
each other, so a user's differences turn together. Fisher's test as Smucker, Allan, Carterette, A comparison of
statistical significance tests for information retrieval evaluation, CIKM 2007, use it.
"""

import numpy as np

from twostage.base.blocks import CELLS
from twostage.metrics.arrays import Floats, Ints
from twostage.metrics.intervals import user_totals

# Sums that differ by less, in units of the users' absolute differences, are equal: they were added in another order.
EQUAL = 1e-9
FLIPS = 9999  # of signs, where they are drawn


def p_values(differences: Floats, users: Ints, seed: int) -> Floats:
    """Two-sided p of each measure's mean difference, float64 [measures], above 0, at most 1.

    The share of flips whose sum is as far from 0 as the one that was seen, which counts among them: (1 + b) / (1 +
    FLIPS) of drawn ones (Phipson, Smyth, Permutation p-values should never be zero, 2010). Where the users' signs have
    at most 1 + FLIPS outcomes, all of them are tried and p is exact. Without any difference p is 1.

    differences: [queries, measures], no NaN; users: user of each query, [queries].
    """
    totals = user_totals(differences, users)[:-1]
    totals = totals[:, totals.any(axis=0)]  # users without a difference turn nothing
    n_users, seen = totals.shape[1], np.abs(totals.sum(axis=1))
    bound = seen - EQUAL * np.abs(totals).sum(axis=1)
    exact = 2**n_users <= 1 + FLIPS
    sums = _every(totals) if exact else _drawn(totals, seed)
    as_far = np.count_nonzero(np.abs(sums) >= bound, axis=0)
    return np.asarray(as_far / 2**n_users if exact else (1 + as_far) / (1 + FLIPS))


def _every(totals: Floats) -> Floats:
    """Sums of all outcomes, float64 [outcomes, measures]; totals: [measures, users]."""
    n_users = totals.shape[1]
    keeps = (np.arange(2**n_users)[:, None] >> np.arange(n_users)) & 1
    return np.asarray((2.0 * keeps - 1) @ totals.T)


def _drawn(totals: Floats, seed: int) -> Floats:
    """Sums of drawn outcomes, float64 [FLIPS, measures]; holds the signs of a few users at a time."""
    rng = np.random.default_rng(seed)
    sums = np.tile(-totals.sum(axis=1), (FLIPS, 1))
    step = 8 * max(1, CELLS // (8 * FLIPS))
    for start in range(0, totals.shape[1], step):
        block = totals[:, start : start + step]
        drawn = rng.integers(256, size=(FLIPS, -(-block.shape[1] // 8)), dtype=np.uint8)
        keeps = np.unpackbits(drawn, axis=1, count=block.shape[1]).astype(np.float64)
        # Not einsum, which is ten times slower: what BLAS rounds otherwise with more threads is within EQUAL.
        sums += 2 * (keeps @ block.T)
    return sums
