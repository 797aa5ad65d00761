"""Generators that score by how similar an item is to the items of the history."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix, vstack

from twostage.base.params import Run
from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.sparse import BLOCK, SparseScores, best_stored, parts
from twostage.past.asof import Queries
from twostage.past.log import Log


class NeighboursParams(GeneratorParams):
    neighbours: int = Field(ge=1)
    last: int | None = Field(ge=1)
    decay: float = Field(gt=0, le=1)


class Neighbours(SparseScores):
    """Sum over the history's `last` rows of decay^(rows since) x similarity of the row's item to the item.

    Only an item's `neighbours` most similar items are similar to it, never itself. So it says nothing where the
    history is empty or holds no item that the fit knew, nor of an item that is nobody's neighbour there.
    """

    params: NeighboursParams
    similar: csr_matrix  # [items, items]: in a row the neighbours of an item

    def __init__(self, params: GeneratorParams, run: Run) -> None:
        super().__init__(params, run)
        self._wide = self.kept(self._resized)

    @abstractmethod
    def similarity(self, log: Log) -> csr_matrix:
        """[items, items], 0 or more: how much a watch of the row's item speaks for the column's."""

    def learn(self, log: Log) -> None:
        self.similar = nearest(self.similarity(log), self.params.neighbours)

    def blocks(self, queries: Queries) -> Iterator[csr_matrix]:
        similar = self._wide(queries.n_items)
        for part in parts(queries):
            query, rows = part.history(self.params.last)
            ends = np.cumsum(np.bincount(query, minlength=len(part)))
            since = ends[query] - 1 - np.arange(len(query))
            # A running product: the power of a row doesn't depend on how long the other histories are.
            powers = np.cumprod(np.append(1.0, np.full(since.max(initial=0), self.params.decay)))
            shape = (len(part), queries.n_items)
            history = csr_matrix((powers[since], part.items_of(rows), np.append(0, ends)), shape=shape)
            # scipy adds up a row in the order of the history, whatever other rows there are.
            found = history @ similar
            # Not by astype, which sorts every row first.
            scores = csr_matrix((found.data.astype(np.float32), found.indices, found.indptr), shape=shape)
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
