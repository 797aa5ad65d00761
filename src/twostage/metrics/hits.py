"""Where the relevant items of a query stand in its list."""

import numpy as np
from numpy.typing import NDArray

from twostage.base.blocks import blocks
from twostage.metrics.arrays import Bools, Ints


def positions(lists: Ints, labels_query: Ints, labels_item: Ints) -> NDArray[np.int64]:
    """Position from 0 of each label's item in its query's list, -1 where the list doesn't hold it.

    Each label is compared with its query's row: labels are few beside the places of all lists, and no key of
    (query, item) can overflow.

    lists: [queries, depth]; labels_query: row of `lists`, [labels]; labels_item: item code >= 0, [labels].
    Returns int64 [labels].

    Raises
    ------
    IndexError
        If a label's query isn't a row of `lists`.
    """
    if labels_query.size and labels_query.min() < 0:
        raise IndexError(f"label of query {labels_query.min()}, expected 0..{len(lists) - 1}")
    found = np.empty(len(labels_query), dtype=np.int64)
    for block in blocks(len(labels_query), lists.shape[1]):
        equal = lists[labels_query[block]] == labels_item[block, None]
        found[block] = np.where(equal.any(axis=1), equal.argmax(axis=1), -1)
    return found


def marks(places: Ints, labels_query: Ints, n_queries: int, depth: int) -> Bools:
    """Whether each place of each list, cut to `depth`, holds a relevant item, bool [n_queries, depth].

    places: of the labels, which are unique pairs, see `positions`.
    """
    held = np.zeros((n_queries, depth), dtype=np.bool_)
    shown = (places >= 0) & (places < depth)
    held[labels_query[shown], places[shown]] = True
    return held


def relevant(labels_query: Ints, n_queries: int) -> NDArray[np.int64]:
    """Number of relevant items of each query, listed or not, int64 [n_queries].

    Raises
    ------
    IndexError
        If a label's query isn't in 0..n_queries-1.
    """
    if labels_query.size and not 0 <= labels_query.min() <= labels_query.max() < n_queries:
        raise IndexError(f"labels of queries {labels_query.min()}..{labels_query.max()}, expected 0..{n_queries - 1}")
    return np.bincount(labels_query, minlength=n_queries).astype(np.int64)
