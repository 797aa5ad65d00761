"""What people watched soon after the user's last items."""

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.generators.kinds.neighbours import Neighbours, NeighboursParams
from twostage.past.log import Log


class LastItemsParams(NeighboursParams):
    section = "last_items"
    steps: int = Field(ge=1)
    half_life: float | None = Field(gt=0)
    popularity_power: float = Field(ge=0, le=1)


class LastItems(Neighbours):
    """Similarity of a to b: how often b stood within `steps` rows after a in a user's history, over
    (watches of a x watches of b)^popularity_power. A pair of rows `half_life` days apart counts half.
    """

    Params = LastItemsParams
    params: LastItemsParams

    def similarity(self, log: Log) -> csr_matrix:
        shape = (log.n_items, log.n_items)
        followed = csr_matrix(shape)
        for step in range(1, self.params.steps + 1):
            first = np.flatnonzero(log.user[step:] == log.user[:-step])
            then = first + step
            days = (log.day[then] - log.day[first]).astype(np.float64)
            weights = np.ones(len(first)) if self.params.half_life is None else 0.5 ** (days / self.params.half_life)
            followed += csr_matrix((weights, (log.item[first], log.item[then])), shape=shape)
        watches = np.bincount(log.item, minlength=log.n_items).astype(np.float64)
        row = np.repeat(np.arange(log.n_items), np.diff(followed.indptr))
        followed.data /= (watches[row] * watches[followed.indices]) ** self.params.popularity_power
        return followed
