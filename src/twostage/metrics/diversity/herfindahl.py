"""Herfindahl index: how often two places drawn from all lists hold one item."""

from twostage.metrics.arrays import Ints


def herfindahl(counts: Ints) -> float:
    """Herfindahl index, sum of (c_i / T)^2: the chance that two places drawn with return hold one item; 1/I..1.

    Adomavicius and Kwon, Improving aggregate recommendation diversity, TKDE 2012, use 1 - it.
    """
    return int(counts @ counts) / int(counts.sum()) ** 2
