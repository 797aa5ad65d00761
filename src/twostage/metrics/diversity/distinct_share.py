"""Diversity(k): how many of the places of all lists hold an item of their own."""

import numpy as np

from twostage.metrics.arrays import Ints


def distinct_share(counts: Ints) -> float:
    """Distinct items over all lists / T; 1 where no two places hold the same item, in (0, 1].

    Distinct items are the aggregate diversity of Adomavicius, Kwon, Improving aggregate recommendation diversity using
    ranking-based techniques, TKDE 2012; over the places it is comparable across k.
    """
    return int(np.count_nonzero(counts)) / int(counts.sum())
