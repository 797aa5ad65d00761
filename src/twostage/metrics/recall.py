"""How many of the relevant items candidate lists hold: of one system by depth, and of several together.

Every recall is the mean over queries with relevant items of (relevant items found / all relevant items), as in Manning,
Raghavan, Schuetze, Introduction to Information Retrieval, 2008, section 8.3, written as a sum over labels, the relevant
items of all queries, of `weights`. Marginal recall is a definition of this project.
"""

from collections.abc import Sequence

import numpy as np

from twostage.metrics.arrays import Bools, Floats, Ints


def weights(labels_query: Ints, counted: Bools) -> Floats:
    """What each label adds to a mean over the queries that count, float64 [labels].

    counted: [queries].

    Raises
    ------
    ValueError
        If no query that counts has a label.
    """
    relevant = np.bincount(labels_query, minlength=len(counted))
    queries = np.count_nonzero(counted & (relevant > 0))
    if not queries:
        raise ValueError("no query has a relevant item, expected at least one for a mean")
    return np.where(counted[labels_query], 1 / relevant[labels_query] / queries, 0)


def curve(ranks: Ints, weight: Floats, depths: Sequence[int]) -> Floats:
    """Recall in the first n places for each n of `depths`, float64 [depths], 0..1.

    ranks: of each label in its query's list, from 1, 0 where the list doesn't hold it; weight: see `weights`.
    """
    # Of no labels at all, bincount makes integers.
    gains = np.bincount(ranks, weights=weight, minlength=max(depths) + 1).astype(np.float64)
    gains[0] = 0
    return np.cumsum(gains)[list(depths)]


def union(ranks: Ints, weight: Floats) -> float:
    """Recall of all systems' lists together: the ceiling of a ranker on top of them.

    ranks: as in `curve`, [systems, labels].
    """
    return float(weight[ranks.any(axis=0)].sum())


def marginal(ranks: Ints, weight: Floats) -> Floats:
    """What the union's recall loses without each system, float64 [systems]: the labels that it alone has found."""
    alone = (ranks > 0) & (np.count_nonzero(ranks, axis=0) == 1)
    return np.array([weight[row].sum() for row in alone])
