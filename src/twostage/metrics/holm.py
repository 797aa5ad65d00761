"""Holm's correction: p values of a family of tests such that one false alarm among them stays as rare as for one."""

import numpy as np

from twostage.metrics.arrays import Floats


def holm(p: Floats) -> Floats:
    """Adjusted p values in the given order, float64 [tests]: reject those at or below the level.

    With p sorted, p_(1) <= ... <= p_(m): the adjusted p_(i) = max over j <= i of min(1, (m - j + 1) p_(j)).
    Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 1979.
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(np.minimum(1, np.arange(len(p), 0, -1) * p[order]))
    adjusted = np.empty(len(p))
    adjusted[order] = stepped
    return adjusted
