"""Kendall's tau: whether two systems put the items that they share in the same order."""

import numpy as np

from twostage.base import runs
from twostage.metrics.agreement.shared import Shared
from twostage.metrics.arrays import Floats


def kendall(pair: Shared) -> Floats:
    """1 - 4 x discordant pairs / (m (m - 1)) of the m shared items, float64 [queries], -1..1; NaN where m < 2.

    Kendall, A new measure of rank correlation, Biometrika 1938. Ranks of a list have no ties, so tau-a, tau-b and
    scipy.stats.kendalltau agree. Lists of fewer than 65,535 places.
    """
    sizes = pair.total()
    queries = len(sizes)
    # Ranks in b in the order of the ranks in a, one row a place: every step below runs along all queries.
    dtype: type[np.unsignedinteger] = (
        np.uint8 if max(pair.length_a.max(initial=0), pair.length_b.max(initial=0)) < 255 else np.uint16
    )
    table = np.full((int(sizes.max(initial=0)), queries), np.iinfo(dtype).max, dtype)
    order = np.lexsort((pair.rank_a, pair.query))
    query = pair.query[order]
    table[runs.place(query), query] = pair.rank_b[order]
    discordant = np.zeros(queries, np.int64)
    for place in range(1, len(table)):
        discordant += np.add.reduce((table[:place] > table[place]).view(np.uint8), axis=0, dtype=dtype)
    return np.where(sizes > 1, 1 - 4 * discordant / np.maximum(sizes * (sizes - 1), 1), np.nan)
