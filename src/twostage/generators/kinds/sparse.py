"""Generators that can score few of the items for each query: their scores are a sparse matrix, block by block."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix

from twostage.base.blocks import BLOCK
from twostage.generators.kinds.generator import Generator, Lists, by_number
from twostage.generators.kinds.top import best
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints


class SparseScores(Generator):
    """A pair that isn't stored can't be scored: it is in no list and its score is NaN."""

    @abstractmethod
    def blocks(self, queries: Queries) -> Iterator[csr_matrix]:
        """For each `part` of `parts`, [its queries, items]: float32, above 0."""

    def _listed(self, queries: Queries) -> list[csr_matrix]:
        return list(self.blocks(queries))

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        lists, blocks = Lists.empty(len(queries), n), self._last.of(queries, self._listed)
        for place, (part, scores) in enumerate(zip(parts(queries), blocks, strict=True)):
            found = best_stored(scores, n, part if exclude_seen else None)
            rows = slice(place * BLOCK, place * BLOCK + len(part))
            lists.items[rows], lists.scores[rows] = found.items, found.scores
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        found, blocks = np.full(len(item), np.nan, np.float32), self._last.of(queries, self._listed)
        for place, (mine, scores) in enumerate(zip(by_number(query // BLOCK), blocks, strict=False)):
            # Dense for a moment: scipy looks a few pairs up by walking through the whole row each time.
            values = scores.toarray()[query[mine] - place * BLOCK, item[mine]]
            found[mine] = np.where(values > 0, values, np.nan)
        return found


def parts(queries: Queries) -> Iterator[Queries]:
    """The queries in blocks."""
    for start in range(0, len(queries), BLOCK):
        yield queries.at(slice(start, start + BLOCK))


def best_stored(scores: csr_matrix, n: int, without_seen: Queries | None = None) -> Lists:
    """The n greatest stored values of each row, which are above 0, and of these queries none that the history holds.

    Equal ones: the lower column first.
    """
    row, column, values = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr)), scores.indices, scores.data
    if without_seen is not None:
        new = ~without_seen.seen.astype(bool).toarray()[row, column]
        row, column, values = row[new], column[new], values[new]
    return best(row, column, values.astype(np.float32, copy=False), scores.shape[0], n)
