"""NDCG and MAP at every depth in one pass: what `accuracy` gives for each k, as a mean over queries.

Arguments as in `recall.curve`: ranks of the labels, from 1, 0 where the list doesn't hold it, int [labels];
labels_query [labels]; counted bool [queries], of which those with a label make the mean. Recall is `recall.curve`.
"""

import numpy as np

from twostage.metrics.accuracy import gain, ideal
from twostage.metrics.arrays import Bools, Floats, Ints
from twostage.metrics.recall import weights


def average_precision(ranks: Ints, labels_query: Ints, counted: Bools, depth: int) -> Floats:
    """MAP@1..depth, float64 [depth]; see `accuracy.average_precision` for the formula.

    Raises
    ------
    ValueError
        If no query that counts has a label.
    """
    weight = weights(labels_query, counted)
    shown = np.flatnonzero((ranks > 0) & (ranks <= depth) & (weight > 0))
    shown = shown[np.lexsort((ranks[shown], labels_query[shown]))]
    query, rank = labels_query[shown], ranks[shown]
    ordinal = np.arange(len(query)) - np.searchsorted(query, query) + 1
    gains = np.bincount(rank, weights=weight[shown] * ordinal / rank, minlength=depth + 1).astype(np.float64)
    return np.cumsum(gains)[1:]


def ndcg(ranks: Ints, labels_query: Ints, counted: Bools, depth: int) -> Floats:
    """NDCG@1..depth, float64 [depth]; see `accuracy.ndcg` for the formula.

    Queries with as many relevant items, at most `depth`, share the ideal of each k: their gains are added first.

    Raises
    ------
    ValueError
        If no query that counts has a label.
    """
    weight = weights(labels_query, counted)
    relevant = np.bincount(labels_query, minlength=len(counted))
    queries = np.count_nonzero(counted & (relevant > 0))
    shown = (ranks > 0) & (ranks <= depth) & (weight > 0)
    group, rank = np.minimum(relevant, depth)[labels_query[shown]], ranks[shown]
    cells = np.bincount(group * depth + rank - 1, weights=gain(rank), minlength=(depth + 1) * depth)
    gains = np.cumsum(cells.reshape(depth + 1, depth), axis=1)
    k = np.arange(1, depth + 1)
    best = ideal(depth)[np.minimum(k[:, None], k)]  # [relevant items, k]
    return np.asarray((gains[1:] / best).sum(axis=0) / queries)
