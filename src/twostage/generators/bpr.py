"""Matrix factorisation that ranks what a user watched above what not.

Rendle et al. 2009, "BPR: Bayesian personalized ranking from implicit feedback", as in the library `implicit`.
"""

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from implicit.recommender_base import ModelFitError
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.base import workers
from twostage.base.errors import InputError
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.known import history_of
from twostage.past.asof import Queries
from twostage.past.log import Floats, Log


class BprParams(GeneratorParams):
    section = "bpr"
    factors: int = Field(ge=1)
    iterations: int = Field(ge=1)
    max_samples: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    regularization: float = Field(ge=0)


class Bpr(Factors):
    """A query's vector is the mean of its items' vectors, with a last element of 1, since an item's last is its bias.

    The mean beat a linear map to the fit's own user vectors, least squares and steps of gradient descent
    (docs/SETTINGS.md).
    """

    Params = BprParams
    params: BprParams
    passes: int  # of the latest fit

    def chosen(self) -> str:
        return f"{self.passes} of {self.params.iterations} passes" if self.passes < self.params.iterations else ""

    def learn(self, log: Log) -> None:
        self.passes = min(self.params.iterations, max(1, self.params.max_samples // len(log)))
        self.items, place = np.unique(log.item, return_inverse=True)
        _, user = np.unique(log.user, return_inverse=True)
        model = BayesianPersonalizedRanking(
            factors=self.params.factors,
            learning_rate=self.params.learning_rate,
            regularization=self.params.regularization,
            iterations=self.passes,
            num_threads=1,  # its threads write over each other: more than one never gives the same vectors twice
            random_state=self.run.seed,
        )
        try:
            model.fit(csr_matrix((np.ones(len(log), np.float32), (user, place))), show_progress=workers.on_screen())
        except ModelFitError:
            raise InputError(
                f"params.yaml: bpr.learning_rate = {self.params.learning_rate}: its steps are so long that the vectors "
                "grow without end; lower it"
            ) from None
        self.item_vectors = model.item_factors

    def query_vectors(self, queries: Queries) -> Floats:
        history = history_of(queries, self.items)
        size = history.getnnz(axis=1)
        # A sparse product adds up each row alone, in the order of its items, whatever stands beside it.
        vectors: Floats = (history @ self.item_vectors) / np.maximum(size, 1).astype(np.float32)[:, None]
        vectors[:, -1] = size > 0
        return vectors

    def state(self) -> State:
        return {"items": self.items, "item_vectors": self.item_vectors, "passes": np.array(self.passes)}

    def restore(self, state: State) -> None:
        self.items, self.item_vectors, self.passes = state["items"], state["item_vectors"], int(state["passes"])
