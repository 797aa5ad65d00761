"""Generators that can score few of the items for each query: their scores are a sparse matrix, block by block."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_matrix

from twostage.asof import Queries, Rows
from twostage.generators.kinds.generator import Generator, Lists, split
from twostage.generators.kinds.top import best
from twostage.log import Floats, Ints

BLOCK = 100  # queries whose scores are held at once


class SparseScores(Generator):
    """A pair that isn't stored can't be scored: it is in no list and its score is NaN."""

    @abstractmethod
    def blocks(self, queries: Queries) -> Iterator[csr_matrix]:
        """For each `part` of `parts`, [its queries, items]: float32, above 0."""

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        lists = Lists.empty(len(queries), n)
        for place, (part, scores) in enumerate(zip(parts(queries), self.blocks(queries), strict=True)):
            found = best_stored(_without(scores, part) if exclude_seen else scores, n)
            rows = slice(place * BLOCK, place * BLOCK + len(part))
            lists.items[rows], lists.scores[rows] = found.items, found.scores
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        found = np.full(len(item), np.nan, np.float32)
        for place, (mine, scores) in enumerate(zip(split(query // BLOCK), self.blocks(queries), strict=False)):
            # Dense for a moment: scipy looks a few pairs up by walking through the whole row each time.
            values = scores.toarray()[query[mine] - place * BLOCK, item[mine]]
            found[mine] = np.where(values > 0, values, np.nan)
        return found


def parts(queries: Queries) -> Iterator[Queries]:
    """The queries in blocks."""
    for start in range(0, len(queries), BLOCK):
        yield queries.part(start, start + BLOCK)


def best_stored(scores: csr_matrix, n: int) -> Lists:
    """The n greatest stored values of each row, which are above 0; equal ones: the lower column first."""
    row = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    return best(row, scores.indices, scores.data.astype(np.float32), scores.shape[0], n)


def _without(scores: csr_matrix, part: Queries) -> csr_matrix:
    is_seen = np.zeros(scores.shape, dtype=bool)
    query, rows = part.history()
    is_seen[query, part.items_of(rows)] = True
    row = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    scores.data[is_seen[row, scores.indices]] = 0
    scores.eliminate_zeros()
    return scores
