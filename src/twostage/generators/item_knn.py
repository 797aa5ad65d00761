"""Items watched by the same people: nearest neighbours of all items of the history.

Similarities as in the library `implicit`: cosine; cosine of TF-IDF weights; BM25 (Robertson, Zaragoza 2009, "The
probabilistic relevance framework: BM25 and beyond").
"""

from typing import Literal

import numpy as np
import numpy.typing as npt
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight, normalize, tfidf_weight
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.neighbours import Neighbours, strongest
from twostage.log import Floats, Log

# Of the table [items, users].
WEIGHTS = {
    "cosine": normalize,
    "tfidf": lambda table: normalize(tfidf_weight(table)),
    "bm25": bm25_weight,
}


class ItemKnnParams(GeneratorParams):
    section = "item_knn"
    similarity: Literal["cosine", "tfidf", "bm25"]
    neighbours: int = Field(ge=1)
    half_life: float | None = Field(gt=0)


class ItemKnn(Neighbours):
    Params = ItemKnnParams
    params: ItemKnnParams
    last = None

    def similarities(self, log: Log) -> csr_matrix:
        _, user = np.unique(log.user, return_inverse=True)
        watched = csr_matrix((np.ones(len(log)), (user, log.item)))
        # One more neighbour than wanted: an item is its own.
        model = ItemItemRecommender(K=self.params.neighbours + 1, num_threads=self.run.threads)
        model.fit(WEIGHTS[self.params.similarity](watched.T).T.tocsr(), show_progress=False)
        return strongest(model.similarity, self.params.neighbours)

    def place_weights(self, recency: npt.NDArray[np.int64]) -> Floats:
        """Halved every `half_life` places back; 1 for all without one."""
        if self.params.half_life is None:
            return np.ones(len(recency), np.float32)
        return np.asarray(0.5 ** ((recency - 1) / self.params.half_life), dtype=np.float32)
