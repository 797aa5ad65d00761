"""Generators whose scores are the same for every user on a day: one ranking a day serves all."""

from abc import abstractmethod

import numpy as np
import numpy.typing as npt

from twostage.base import runs
from twostage.base.blocks import blocks
from twostage.generators.kinds.generator import Counted, Lists
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints


class SharedScores(Counted):
    """One row of scores a day."""

    @abstractmethod
    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        """[distinct days, items]; NaN for an item that can't be scored on that day."""

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        return ranked(self._last.of(queries, self.day_scores), queries.days[1], queries, n, exclude_seen)

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        _, day = queries.days
        return self._last.of(queries, self.day_scores)[day[query], item].astype(np.float32)


def ranked(scores: npt.NDArray[np.float64], row: Rows, queries: Queries, n: int, exclude_seen: bool) -> Lists:
    """The n best items of each query by its own row of `scores` [rows, items]; NaN is no score."""
    # Stable: equal scores stay in the order of their codes, NaN goes last.
    ranking = np.argsort(-scores, axis=1, kind="stable").astype(np.int32)
    length = (~np.isnan(scores)).sum(axis=1)
    lists = Lists.empty(len(queries), n)
    # A user who has seen s items finds n unseen ones among the first n + s.
    depth = np.minimum(length[row], n + (queries.history_size if exclude_seen else 0))
    query = np.repeat(np.arange(len(queries)), depth)
    item = ranking[row[query], runs.place(query)]
    keep = ~_is_seen(queries, query, item) if exclude_seen else np.ones(len(query), dtype=bool)
    query, item = query[keep], item[keep]
    place = runs.place(query)
    keep = place < n
    query, item, place = query[keep], item[keep], place[keep]
    lists.items[query, place] = item
    lists.scores[query, place] = scores[row[query], item]
    return lists


def _is_seen(queries: Queries, query: Rows, item: Ints) -> npt.NDArray[np.bool_]:
    """Whether the query's history holds the item; `query` ascending."""
    found = np.zeros(len(query), dtype=bool)
    own, rows = queries.history()
    seen = queries.items_of(rows)
    for strip in blocks(len(queries), queries.n_items):
        ends = strip.start, strip.stop
        mine, asked = slice(*np.searchsorted(own, ends)), slice(*np.searchsorted(query, ends))
        table = np.zeros((strip.stop - strip.start) * queries.n_items, dtype=bool)
        table[(own[mine] - strip.start) * queries.n_items + seen[mine]] = True
        found[asked] = table[(query[asked] - strip.start) * queries.n_items + item[asked]]
    return found


def ties_by_past(scores: npt.NDArray[np.float64], ever: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Equal scores part by the share of all watches, `ever`, of the same shape; NaN for an item never watched."""
    # Small enough never to pass a watch in a window, so that the past only breaks ties.
    return np.where(ever > 0, scores + ever * 1e-9, np.nan)


def share(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Counts of a day [days, items] as shares of the day's sum; all 0 where the sum is 0."""
    shares: npt.NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares
