"""Generators that score by how similar an item is to the items of the history."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix, vstack

from twostage.base.blocks import BLOCK
from twostage.base.params import Run
from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import GeneratorParams, Kept, State
from twostage.generators.kinds.sparse import SparseScores, best_stored, parts
from twostage.past.asof import Queries
from twostage.past.log import Log


class NeighboursParams(GeneratorParams):
    neighbours: int = Field(ge=1)
    last: int | None = Field(ge=1)
    decay: float = Field(gt=0, le=1)


class Neighbours(SparseScores):
    """Sum over the history's `last` rows of decay^(rows since) x similarity of the row's item to the item.

    Only an item's `neighbours` most similar items are similar to it, never itself. Rows of items without a neighbour,
    such as those that came after the fit, count for nothing, in `last` and in the decay too. So it says nothing where
    the history has no other row, nor of an item that is nobody's neighbour.
    """

    params: NeighboursParams
    similar: csr_matrix  # [items, items]: in a row the neighbours of an item

    def __init__(self, params: GeneratorParams, run: Run) -> None:
        super().__init__(params, run)
        self._wide = Kept()

    @abstractmethod
    def similarity(self, log: Log) -> csr_matrix:
        """[items, items], 0 or more: how much a watch of the row's item speaks for the column's."""

    def learn(self, log: Log) -> None:
        self._wide.forget()
        self.similar = nearest(self.similarity(log), self.params.neighbours)

    def blocks(self, queries: Queries) -> Iterator[csr_matrix]:
        similar = self._wide.of(queries.n_items, self._resized)
        with_neighbours = np.diff(similar.indptr) > 0
        for part in parts(queries):
            query, rows = part.history()
            item = part.items_of(rows)
            known = with_neighbours[item]
            query, item = query[known], item[known]
            ends = np.searchsorted(query, np.arange(len(part)), side="right")
            since = ends[query] - 1 - np.arange(len(query))
            late = since < (self.params.last or len(query))
            query, item, since = query[late], item[late], since[late]
            # A running product: the power of a row doesn't depend on how long the other histories are.
            powers = np.cumprod(np.append(1.0, np.full(since.max(initial=0), self.params.decay)))
            bounds = np.searchsorted(query, np.arange(len(part) + 1))
            history = csr_matrix((powers[since], item, bounds), shape=(len(part), queries.n_items))
            # scipy adds up a row in the order of the history, whatever other rows there are.
            found = history @ similar
            # Not by astype, which sorts every row first.
            scores = csr_matrix((found.data.astype(np.float32), found.indices, found.indptr), shape=found.shape)
            scores.eliminate_zeros()
            yield scores

    def _resized(self, items: int) -> csr_matrix:
        """[items, items] in float64: a query log may know more items than the fit did."""
        similar = self.similar.astype(np.float64)
        similar.resize((items, items))
        return similar

    def state(self) -> State:
        return {"data": self.similar.data, "indices": self.similar.indices, "indptr": self.similar.indptr}

    def restore(self, state: State) -> None:
        items = len(state["indptr"]) - 1
        self.similar = csr_matrix((state["data"], state["indices"], state["indptr"]), shape=(items, items))


def nearest(similarity: csr_matrix, neighbours: int) -> csr_matrix:
    """The greatest values above 0 of each row beside the diagonal, float32; equal ones: the lower column first."""
    row = np.repeat(np.arange(similarity.shape[0]), np.diff(similarity.indptr))
    similarity.data[(row == similarity.indices) | ~(similarity.data.astype(np.float32) > 0)] = 0
    similarity.eliminate_zeros()
    kept = []
    for start in range(0, similarity.shape[0], BLOCK):
        block = similarity[start : start + BLOCK]
        found = best_stored(block, neighbours)
        filled = found.items != NO_ITEM
        indptr = np.append(0, np.cumsum(filled.sum(axis=1)))
        kept.append(csr_matrix((found.scores[filled], found.items[filled], indptr), shape=block.shape))
    return vstack(kept, format="csr", dtype=np.float32) if kept else similarity.astype(np.float32)
