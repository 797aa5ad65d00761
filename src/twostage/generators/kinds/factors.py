"""Generators that score by the product of a query's vector and an item's vector."""

from abc import abstractmethod
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from twostage.asof import Queries, Rows
from twostage.generators.kinds.generator import NO_ITEM, Generator, GeneratorParams, Lists
from twostage.log import Floats, Ints
from twostage.params import Run

BLOCK = 100  # queries in one product of matrices; implicit's own size
PAIRS = 1 << 16  # pairs in one product of rows


class Factors(Generator):
    """`items` are the codes that the model knows, ascending; `item_vectors` [items, factors] goes with them."""

    items: Ints
    item_vectors: Floats

    def __init__(self, params: GeneratorParams, run: Run) -> None:
        super().__init__(params, run)
        # Lists and scores are asked of the same queries one after the other.
        self._vectors = lru_cache(maxsize=1)(self.query_vectors)

    @abstractmethod
    def query_vectors(self, queries: Queries) -> Floats:
        """[queries, factors]; a row of zeros where the history holds no known item."""

    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        from implicit.cpu.topk import topk

        lists = Lists.empty(len(queries), n)
        depth = min(n, len(self.items))
        if not len(queries) or not depth:
            return lists
        vectors = self._vectors(queries)
        # Whole blocks only: how BLAS adds up a row then doesn't depend on how many queries stand beside it.
        rows = -(-len(queries) // BLOCK) * BLOCK
        padded = np.zeros((rows, vectors.shape[1]), np.float32)
        padded[: len(queries)] = vectors
        seen = None
        if exclude_seen:
            seen = queries.seen[:, self.items]
            seen.resize((rows, len(self.items)))
        with threadpool_limits(1, "blas"):
            place, scores = topk(self.item_vectors, padded, depth, None, seen, None, self.run.threads)
        place, scores = place[: len(queries)], scores[: len(queries)]
        usable = _any(vectors)[:, None] & (scores > -np.finfo(np.float32).max)
        order = np.lexsort((place, -scores), axis=1)
        place, scores, usable = (np.take_along_axis(a, order, axis=1) for a in (place, scores, usable))
        lists.items[:, :depth] = np.where(usable, self.items[place], NO_ITEM)
        lists.scores[:, :depth] = np.where(usable, scores, np.nan)
        return lists

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        vectors = self._vectors(queries)
        place, known = positions(self.items, item)
        known &= _any(vectors)[query]
        scores = np.full(len(item), np.nan, np.float32)
        for start in range(0, len(item), PAIRS):
            rows = slice(start, start + PAIRS)
            found = np.flatnonzero(known[rows]) + start
            scores[found] = np.einsum("ij,ij->i", vectors[query[found]], self.item_vectors[place[found]])
        return scores


def positions(items: Ints, wanted: Ints) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """Where each wanted code stands among the ascending `items`, and whether it is there at all."""
    place = np.searchsorted(items, wanted)
    place[place == len(items)] = 0
    found = items[place] == wanted if len(items) else np.zeros(len(wanted), dtype=bool)
    return place, found


def _any(vectors: Floats) -> npt.NDArray[np.bool_]:
    """Whether a row has a value other than 0."""
    return np.asarray(vectors.any(axis=1))
