"""Generators that score every item of the catalogue for a block of queries at a time."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np

from twostage.base.blocks import BLOCK
from twostage.generators.kinds.generator import Generator, Lists, by_number
from twostage.generators.kinds.top import top
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints


class Dense(Generator):
    """Lists and, where `score` isn't told otherwise, pairs are read from the same tables."""

    @abstractmethod
    def tables(self, queries: Queries) -> Iterator[Floats]:
        """For each BLOCK of queries in turn the scores [queries, items of the catalogue]; NaN where it can't say."""

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        lists = Lists.empty(len(queries), n)
        depth = min(n, queries.n_items)
        for block, scores in enumerate(self.tables(queries)):
            rows = slice(block * BLOCK, (block + 1) * BLOCK)
            if exclude_seen:
                scores[queries.seen[rows].nonzero()] = np.nan
            # NaN is no score.
            found = top(np.where(np.isnan(scores), np.float32(-np.inf), scores), depth)
            lists.items[rows, :depth], lists.scores[rows, :depth] = found.items, found.scores
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        scores = np.full(len(item), np.nan, np.float32)
        for block, (pairs, table) in enumerate(zip(by_number(query // BLOCK), self.tables(queries), strict=False)):
            scores[pairs] = table[query[pairs] - block * BLOCK, item[pairs]]
        return scores
