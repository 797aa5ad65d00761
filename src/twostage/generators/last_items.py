"""What people watched soon after the user's last items.

Transitions between items of a user's sequence, nearer ones weigh more: as the sequential rules of Ludewig, Jannach
2018, "Evaluation of session-based recommendation algorithms", section 3.1.3, with a penalty for popular items.
"""

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.neighbours import Neighbours, strongest
from twostage.log import Floats, Log


class LastItemsParams(GeneratorParams):
    section = "last_items"
    last: int = Field(ge=1)
    steps: int = Field(ge=1)
    backward: float = Field(ge=0, le=1)
    popularity_power: float = Field(ge=0, le=1)
    neighbours: int = Field(ge=1)


class LastItems(Neighbours):
    Params = LastItemsParams
    params: LastItemsParams

    @property
    def last(self) -> int:
        return self.params.last

    def similarities(self, log: Log) -> csr_matrix:
        """Sum over the transitions of 1 / steps (before the other way round: x `backward`), over a's rows and the
        number of b's to the power of `popularity_power`.
        """
        size = log.n_items
        after = csr_matrix((size, size))
        for step in range(1, self.params.steps + 1):
            same = log.user[:-step] == log.user[step:]
            pair = (log.item[:-step][same], log.item[step:][same])
            after += csr_matrix((np.full(len(pair[0]), 1 / step), pair), shape=(size, size))
        near = (after + self.params.backward * after.T).tocoo()
        rows = np.bincount(log.item, minlength=size).astype(np.float64)
        near.data /= rows[near.row] * rows[near.col] ** self.params.popularity_power
        return strongest(near, self.params.neighbours)

    def place_weights(self, recency: npt.NDArray[np.int64]) -> Floats:
        return np.asarray(1 / recency, dtype=np.float32)
