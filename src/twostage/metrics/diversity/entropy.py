"""Entropy: how hard it is to guess the item of a place drawn from all lists."""

import numpy as np

from twostage.metrics.arrays import Ints


def entropy(counts: Ints) -> float:
    """Shannon entropy of exposure, -sum of (c_i / T) log2(c_i / T) over items with c_i > 0; bits, 0..log2 I.

    Shannon, A mathematical theory of communication, 1948.
    """
    share = counts[counts > 0] / int(counts.sum())
    # Added to 0, since the sum for a single item is -0.
    return 0.0 - float((share * np.log2(share)).sum())
