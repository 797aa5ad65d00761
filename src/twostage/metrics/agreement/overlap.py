"""How many items two systems' lists of a query share, whatever their order."""

import numpy as np

from twostage.metrics.agreement.shared import Shared
from twostage.metrics.arrays import Floats


def overlap(pair: Shared, n: int) -> Floats:
    """|A n B| / n, float64 [queries], 0..1; NaN where both lists are empty.

    The agreement at depth n of Webber, Moffat, Zobel, A similarity measure for indefinite rankings, TOIS 2010.

    The divisor stays n where lists are shorter: what a system doesn't show isn't shared.

    pair: of lists of which one at least has n places, and no more than n items.

    Raises
    ------
    ValueError
        If n < 1.
    """
    if n < 1:
        raise ValueError(f"n = {n}, expected at least 1")
    return np.where(pair.empty, np.nan, pair.total() / n)
