"""How well the top k of a query finds its relevant items: full catalogue, binary relevance.

Each of MEASURES takes hits bool [queries, depth], relevant int [queries] (all relevant items of the query, listed
or not) and k >= 1, and returns float64 [queries] in 0..1, NaN where a query has no relevant item. A list
shorter than k is a list whose last places are misses.

Source of the definitions: Manning, Raghavan, Schuetze, Introduction to Information Retrieval, 2008, chapter 8,
unless a measure names its own.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from twostage.base import runs
from twostage.metrics.arrays import Bools, Floats, Ints


def average_precision(hits: Bools, relevant: Ints, k: int) -> Floats:
    """AP@k = sum over hits in the top k of precision at the hit's rank / all relevant items.

    The divisor isn't min(k, relevant): a query with more relevant items than places stays below 1.
    The mean over queries is MAP@k.
    """
    query, rank = _found(hits, k)
    # Hits come sorted by (query, rank), so a hit's ordinal within its query is its distance to the query's first.
    ordinal = runs.place(query) + 1
    return _share(_total(query, ordinal / rank, hits), relevant, relevant)


def ndcg(hits: Bools, relevant: Ints, k: int) -> Floats:
    """NDCG@k = sum over hits of 1 / log2(rank + 1) / the same sum for min(k, relevant) hits at the top.

    Jarvelin and Kekalainen, Cumulated gain-based evaluation of IR techniques, TOIS 2002, with binary gains.
    """
    query, rank = _found(hits, k)
    return _share(_total(query, _gain(rank), hits), _ideal(k)[np.minimum(relevant, k)], relevant)


def ndcg_of_scores(query: Ints, label: Bools, score: Floats, k: int) -> Floats:
    """NDCG@k of the rows of each query, ascending, in the order of their scores, largest first; float64 [queries].

    query, label, score: [rows]. No other row counts: a perfect order of them has 1. Of a score of NaN a row isn't on
    the list: it is no hit, whatever its label.
    """
    order = np.lexsort((-score, query))
    query, label, hit = query[order], label[order], (label & ~np.isnan(score))[order]
    row, place = runs.number(query), runs.place(query)
    hits = np.zeros((row.max(initial=-1) + 1, k), bool)
    hits[row[place < k], place[place < k]] = hit[place < k]
    return ndcg(hits, np.bincount(row[label], minlength=len(hits)), k)


def recall(hits: Bools, relevant: Ints, k: int) -> Floats:
    """Hits in the top k / all relevant items."""
    return _share(np.count_nonzero(_top(hits, k), axis=1), relevant, relevant)


def precision(hits: Bools, relevant: Ints, k: int) -> Floats:
    """Hits in the top k / k, also where the list is shorter."""
    return _share(np.count_nonzero(_top(hits, k), axis=1), np.full(len(relevant), k), relevant)


def reciprocal_rank(hits: Bools, relevant: Ints, k: int) -> Floats:
    """1 / rank of the first hit in the top k, 0 without one; the mean over queries is MRR@k.

    Voorhees, The TREC-8 question answering track report, 1999.
    """
    top = _top(hits, k)
    return _share(np.any(top, axis=1), top.argmax(axis=1) + 1, relevant)


def hit_rate(hits: Bools, relevant: Ints, k: int) -> Floats:
    """1 with a hit in the top k, else 0."""
    return _share(np.any(_top(hits, k), axis=1), np.ones(len(relevant)), relevant)


MEASURES: dict[str, Callable[[Bools, Ints, int], Floats]] = {
    "map": average_precision,
    "ndcg": ndcg,
    "recall": recall,
    "precision": precision,
    "mrr": reciprocal_rank,
    "hit_rate": hit_rate,
}


def _gain(rank: Ints) -> Floats:
    """1 / log2(rank + 1); rank: from 1."""
    return np.asarray(1 / np.log2(rank + 1))


def _ideal(k: int) -> Floats:
    """Sum of the gains of 0, 1, ..., k hits at the top, float64 [k + 1]."""
    return np.concatenate([[0.0], np.cumsum(_gain(np.arange(1, k + 1)))])


def _top(hits: Bools, k: int) -> Bools:
    if k < 1:
        raise ValueError(f"k = {k}, expected at least 1")
    return hits[:, :k]


def _found(hits: Bools, k: int) -> tuple[Ints, Ints]:
    """Query and rank (from 1) of every hit in the top k, sorted by both."""
    query, place = np.nonzero(_top(hits, k))
    return query, place + 1


def _total(query: Ints, gain: Floats, hits: Bools) -> Floats:
    # Of no hits at all, bincount makes integers.
    return np.bincount(query, weights=gain, minlength=len(hits)).astype(np.float64)


def _share(value: ArrayLike, divisor: ArrayLike, relevant: Ints) -> Floats:
    share = np.full(len(relevant), np.nan)
    np.divide(value, divisor, out=share, where=relevant > 0)
    return share
