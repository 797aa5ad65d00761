"""Jaccard index of two systems' lists of a query, whatever their order."""

import numpy as np

from twostage.metrics.agreement.shared import Shared
from twostage.metrics.arrays import Floats


def jaccard(pair: Shared) -> Floats:
    """|A n B| / |A u B|, float64 [queries], 0..1; NaN where both lists are empty.

    Jaccard, The distribution of the flora in the alpine zone, New Phytologist 1912.
    """
    common = pair.total()
    union = pair.length_a + pair.length_b - common
    return np.where(pair.empty, np.nan, common / np.maximum(union, 1))
