"""Generators that propose what stands near the items of a history."""

from abc import abstractmethod
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.asof import Queries
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.factors import BLOCK, positions
from twostage.generators.kinds.generator import State
from twostage.log import Floats, Ints, Log


class Neighbours(Dense):
    """A score is the sum of the similarities to the history's items, each by the place of the item in it.

    An item near none of them has no score, and a query without a known item no list.
    """

    items: Ints  # that the model knows, ascending
    similarity: csr_matrix  # [items, items]: how much a row's item speaks for a column's

    @abstractmethod
    def similarities(self, log: Log) -> csr_matrix:
        """[items, items]; `log.item` holds positions among the known items."""

    @abstractmethod
    def place_weights(self, recency: npt.NDArray[np.int64]) -> Floats:
        """Weight of a row of the history by its recency, 1 for the last one."""

    @property
    @abstractmethod
    def last(self) -> int | None:
        """Rows of the history that are read; None: all."""

    def learn(self, log: Log) -> None:
        self.items, place = np.unique(log.item, return_inverse=True)
        known = Log(log.user, place.astype(np.int32), log.day, log.total_dur, log.watched_pct, len(self.items))
        self.similarity = self.similarities(known)

    def tables(self, queries: Queries) -> Iterator[Floats]:
        history = self._history(queries)
        for start in range(0, len(queries), BLOCK):
            # A sparse product adds up each row alone, in the order of its items, whatever stands beside it.
            found = history[start : start + BLOCK] @ self.similarity
            table = np.full((found.shape[0], queries.n_items), np.nan, np.float32)
            query = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
            table[query, self.items[found.indices]] = found.data
            yield table

    def _history(self, queries: Queries) -> csr_matrix:
        query, rows = queries.history(self.last)
        place, known = positions(self.items, queries.items_of(rows))
        recency = np.searchsorted(query, query, side="right") - np.arange(len(query))
        weights = self.place_weights(recency)
        shape = (len(queries), len(self.items))
        return csr_matrix((weights[known], (query[known], place[known])), shape=shape)

    def state(self) -> State:
        s = self.similarity
        return {"items": self.items, "data": s.data, "indices": s.indices, "indptr": s.indptr}

    def restore(self, state: State) -> None:
        self.items = state["items"]
        shape = (len(self.items), len(self.items))
        self.similarity = csr_matrix((state["data"], state["indices"], state["indptr"]), shape=shape)


def strongest(table: csr_matrix, n: int) -> csr_matrix:
    """The n largest values of each row off the diagonal, above 0; the lower column first among equals."""
    table = table.tocoo()
    keep = (table.row != table.col) & (table.data > 0)
    row, col, value = table.row[keep], table.col[keep], table.data[keep]
    order = np.lexsort((col, -value, row))
    row, col, value = row[order], col[order], value[order]
    top = np.arange(len(row)) - np.searchsorted(row, row) < n
    return csr_matrix((value[top].astype(np.float32), (row[top], col[top])), shape=table.shape)
