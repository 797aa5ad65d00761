"""Items that the same users watched, as in `implicit.nearest_neighbours`.

Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms"; BM25 as in Robertson, Zaragoza
2009, "The probabilistic relevance framework", with users as terms and items as documents.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight, normalize, tfidf_weight
from scipy.sparse import coo_matrix, csr_matrix

from twostage.base import workers
from twostage.generators.kinds.neighbours import Neighbours, NeighboursParams
from twostage.past.log import Log

# Of a matrix [items, users]; the same as in implicit's CosineRecommender, TFIDFRecommender, BM25Recommender.
WEIGHTS: dict[str, Callable[[csr_matrix], coo_matrix]] = {
    "cosine": normalize,
    "tfidf": lambda watched: normalize(tfidf_weight(watched)),
    "bm25": lambda watched: bm25_weight(watched, K1=1.2, B=0.75),
}


class ItemKnnParams(NeighboursParams):
    section = "item_knn"
    similarity: Literal["cosine", "tfidf", "bm25"]


class ItemKnn(Neighbours):
    """A watch counts once, whatever its duration and however often it was repeated."""

    Params = ItemKnnParams
    params: ItemKnnParams

    def similarity(self, log: Log) -> csr_matrix:
        users, user = np.unique(log.user, return_inverse=True)
        # Weights count the items that there are: those without a row are yet to come.
        items, place = np.unique(log.item, return_inverse=True)
        # Of equally similar items implicit keeps the last ones: backwards, those are the lower codes.
        watched = csr_matrix((np.ones(len(log)), (len(items) - 1 - place, user)), shape=(len(items), len(users)))
        watched.data[:] = 1
        # One more than is kept: an item is its own neighbour.
        model = ItemItemRecommender(K=self.params.neighbours + 1, num_threads=self.run.threads)
        with np.errstate(invalid="ignore"):  # an item whose only users watched everything weighs nothing: 0 / 0
            weighted = WEIGHTS[self.params.similarity](watched)
        model.fit(csr_matrix(weighted.T), show_progress=workers.on_screen())
        found, shape = model.similarity[::-1, ::-1].tocoo(), (log.n_items, log.n_items)
        return csr_matrix((found.data, (items[found.row], items[found.col])), shape=shape)
