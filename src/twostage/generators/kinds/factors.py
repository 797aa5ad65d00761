"""Generators that score by the product of a query's vector and an item's vector."""

from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from twostage.base.blocks import BLOCK
from twostage.base.params import Run
from twostage.base.tables import NO_ITEM
from twostage.generators.kinds.generator import Generator, Lists
from twostage.generators.kinds.known import known_rows, positions
from twostage.generators.kinds.top import best, reaching
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints

PAIRS = 1 << 12  # pairs in one product of rows: their vectors fit into a core's cache


class Factors(Generator):
    """`items` are the codes that the model knows, ascending; `item_vectors` [items, factors] goes with them."""

    items: Ints
    item_vectors: Floats

    @abstractmethod
    def query_vectors(self, queries: Queries) -> Floats:
        """[queries, factors]; a row of zeros where the history holds no known item."""

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        lists = Lists.empty(len(queries), n)
        depth = min(n, len(self.items))
        if not len(queries) or not depth:
            return lists
        vectors = self._last.of(queries, self.query_vectors)
        silent = ~np.any(vectors, axis=1)
        slack = 2 * _doubt(vectors, self.item_vectors)
        none = np.empty(0, np.int64)
        query, seen, _ = known_rows(queries, self.items) if exclude_seen else (none, none, none)
        first = np.searchsorted(query, np.arange(0, len(queries) + BLOCK, BLOCK))

        def block(number: int) -> None:
            rows = slice(number * BLOCK, min((number + 1) * BLOCK, len(queries)))
            scores = vectors[rows] @ self.item_vectors.T
            scores[silent[rows]] = -np.inf
            mine = slice(first[number], first[number + 1])
            scores[query[mine] - rows.start, seen[mine]] = -np.inf
            # How BLAS adds up a row depends on its place in the block: the product only says which are near the top.
            row, place = reaching(scores, depth, slack[rows])
            found = best(row, place, self._products(vectors, rows.start + row, place), len(scores), depth)
            lists.items[rows, :depth] = np.where(found.items == NO_ITEM, NO_ITEM, self.items[found.items])
            lists.scores[rows, :depth] = found.scores

        in_threads(block, len(first) - 1, self.run)
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        vectors = self._last.of(queries, self.query_vectors)
        place, known = positions(self.items, item)
        known &= np.any(vectors, axis=1)[query]
        scores = np.full(len(item), np.nan, np.float32)
        scores[known] = self._products(vectors, query[known], place[known])
        return scores

    def _products(self, vectors: Floats, query: Rows, place: Rows) -> Floats:
        """Of the pairs (vectors[query[i]], item_vectors[place[i]]), each added up alone."""
        products = np.empty(len(query), np.float32)
        for start in range(0, len(query), PAIRS):
            rows = slice(start, start + PAIRS)
            products[rows] = np.einsum("ij,ij->i", vectors[query[rows]], self.item_vectors[place[rows]])
        return products


def in_threads(block: Callable[[int], None], blocks: int, run: Run) -> None:
    """block(0), block(1), ... on the run's threads, BLAS on one in each: which thread does a block changes no bit."""
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(run.threads) as pool:
        list(pool.map(block, range(blocks)))  # a list: an exception of a block is raised


def _doubt(vectors: Floats, item_vectors: Floats) -> Floats:
    """[queries]: what two ways of adding up a query's products can differ by, at most.

    Higham 2002, "Accuracy and stability of numerical algorithms", section 3.1: a sum of f products is wrong by at most
    about f x the unit roundoff x the product of both norms, whatever the order.
    """
    length = np.linalg.norm(vectors, axis=1) * np.linalg.norm(item_vectors, axis=1).max()
    return np.asarray(2 * (vectors.shape[1] + 2) * np.finfo(np.float32).eps / 2 * length, np.float32)
