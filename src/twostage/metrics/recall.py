"""How many of the relevant items candidate lists hold: of one system by depth, and of several together.

Every recall is the mean over queries with relevant items of (relevant items found / all relevant items).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from twostage.metrics.arrays import NO_ITEM, Bools, Floats, Ints, blocks
from twostage.metrics.hits import positions
from twostage.metrics.hits import relevant as count_relevant


class UnionRecall(NamedTuple):
    """Recall of the deduplicated union, what it loses without each system, mean candidates over all queries."""

    recall: float
    marginal: dict[str, float]
    candidates: float


def curve(hits: Bools, relevant: Ints, depths: Sequence[int]) -> Floats:
    """Recall in the first n places for each n of `depths`, float64 [depths], 0..1.

    Beyond the lists' depth it stays at its last value; at n = 0 it is 0.

    hits: [queries, depth]; relevant: all relevant items of each query, [queries].

    Raises
    ------
    ValueError
        If no query has a relevant item.
    """
    query, place = np.nonzero(hits)
    gains = np.bincount(place, weights=1 / relevant[query], minlength=hits.shape[1])
    recalls = np.concatenate([[0.0], np.cumsum(gains)]) / _queries(relevant)
    return recalls[np.minimum(depths, hits.shape[1])]


def union(lists: Mapping[str, Ints], labels_query: Ints, labels_item: Ints, n: int) -> UnionRecall:
    """Recall of the union of several systems' first n items, 0..1: the ceiling of a ranker on top of them.

    The marginal recall of a system is the union's recall less that of the others' union.

    lists: name to [queries, depth], the same queries in each; labels_query, labels_item: unique pairs, [labels].

    Raises
    ------
    ValueError
        If there is no system, no label, or the systems have different numbers of queries.
    """
    if len({len(rows) for rows in lists.values()}) != 1:
        raise ValueError(f"lists of {[len(rows) for rows in lists.values()]} queries, expected the same in each")
    tops = {name: rows[:, :n] for name, rows in lists.items()}
    counts = count_relevant(labels_query, len(next(iter(tops.values()))))
    weights = 1 / counts[labels_query] / _queries(counts)
    found = np.stack([positions(rows, labels_query, labels_item) >= 0 for rows in tops.values()])
    systems = found.sum(axis=0)
    # What the union loses without a system are the labels that it alone has found.
    alone = {name: float(weights[row & (systems == 1)].sum()) for name, row in zip(tops, found, strict=True)}
    return UnionRecall(float(weights[systems > 0].sum()), alone, candidates(list(tops.values())))


def candidates(lists: Sequence[Ints]) -> float:
    """Mean over queries of the number of distinct items in all systems' lists of the query."""
    queries = len(lists[0])
    distinct = 0
    for block in blocks(queries, sum(rows.shape[1] for rows in lists)):
        items = np.concatenate([rows[block] for rows in lists], axis=1)
        items.sort(axis=1)
        # Padding sorts first, so an item is new where it differs from its left neighbour, padding or item.
        distinct += int(np.count_nonzero(np.diff(items, axis=1, prepend=NO_ITEM)))
    return distinct / queries


def _queries(relevant: Ints) -> int:
    """Number of queries with a relevant item."""
    queries = int(np.count_nonzero(relevant))
    if not queries:
        raise ValueError("no query has a relevant item, expected at least one for a mean")
    return queries
