"""Generators whose scores are the same for many users: one ranking a group of queries serves all of it."""

from abc import abstractmethod
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twostage.asof import Queries, Rows
from twostage.generators.kinds.generator import NO_ITEM, Generator, GeneratorParams, Lists, State
from twostage.log import Floats, Ints, Log
from twostage.params import Run


class SharedScores(Generator):
    """Nothing is learned before the query: the scores are counts over the history as of the day.

    Queries of a day make up a group, if `groups` doesn't say otherwise.
    """

    def __init__(self, params: GeneratorParams, run: Run) -> None:
        super().__init__(params, run)
        # Lists and scores are asked of the same queries one after the other.
        self._group_scores = lru_cache(maxsize=1)(self.group_scores)

    @abstractmethod
    def group_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        """[groups, items]; NaN for an item that can't be scored in that group."""

    def groups(self, queries: Queries) -> Rows:
        """Each query's group, a row of `group_scores`."""
        return queries.days[1]

    def learn(self, log: Log) -> None:
        pass

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        pass

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        scores, group = self._group_scores(queries), self.groups(queries)
        # Stable: equal scores stay in the order of their codes, NaN goes last.
        ranking = np.argsort(-scores, axis=1, kind="stable").astype(np.int32)
        length = (~np.isnan(scores)).sum(axis=1)
        lists = Lists.empty(len(queries), n)
        # A user who has seen s items finds n unseen ones among the first n + s.
        depth = np.minimum(length[group], n + (queries.history_size if exclude_seen else 0))
        query = np.repeat(np.arange(len(queries)), depth)
        place = np.arange(len(query)) - np.repeat(np.cumsum(depth) - depth, depth)
        item = ranking[group[query], place]
        keep = ~self._is_seen(queries, query, item) if exclude_seen else np.ones(len(query), dtype=bool)
        query, item = query[keep], item[keep]
        first = np.searchsorted(query, np.arange(len(queries)))
        place = np.arange(len(query)) - first[query]
        keep = place < n
        query, item, place = query[keep], item[keep], place[keep]
        lists.items[query, place] = item
        lists.scores[query, place] = scores[group[query], item]
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        return self._group_scores(queries)[self.groups(queries)[query], item].astype(np.float32)

    @staticmethod
    def _is_seen(queries: Queries, query: Rows, item: Ints) -> npt.NDArray[np.bool_]:
        own, rows = queries.history()
        seen = np.sort(own * queries.n_items + queries.items_of(rows))
        key = query * queries.n_items + item
        place = np.searchsorted(seen, key)
        found: npt.NDArray[np.bool_] = (place < len(seen)) & (np.append(seen, NO_ITEM)[place] == key)
        return found


def share(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Counts of a day [days, items] as shares of the day's sum; all 0 where the sum is 0."""
    shares: npt.NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares
