"""A linear model of items on items with a zero diagonal, in closed form.

Steck 2019, "Embarrassingly shallow autoencoders for sparse data", equations 6 to 8.
"""

from collections.abc import Iterator

import numpy as np
from pydantic import Field
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from twostage.base.blocks import BLOCK
from twostage.base.errors import InputError
from twostage.base.params import Section
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.known import history_of
from twostage.past.asof import Queries
from twostage.past.log import Floats, Log


class Limit(Section):
    """Of the section what bounds the log."""

    section = "ease"
    max_items: int = Field(ge=1)


class EaseParams(GeneratorParams, Limit):
    regularization: float = Field(gt=0)


def check_items(most: int, items: int) -> None:
    """That the log has no more items than `max_items`: time grows with their cube, memory with their square.

    Raises
    ------
    InputError
        If it has more.
    """
    if items > most:
        raise InputError(
            f"params.yaml: ease.max_items = {most}: the log has {items} items; "
            f"set it to {items} or more, or take ease off the generators"
        )


class Ease(Dense):
    """A score is the sum of the weights from the query's items; a query without a known item has none."""

    Params = EaseParams
    side_by_side = False  # items x items numbers, several times over
    params: EaseParams

    def learn(self, log: Log) -> None:
        self.items, place = np.unique(log.item, return_inverse=True)
        check_items(self.params.max_items, len(self.items))
        _, user = np.unique(log.user, return_inverse=True)
        watched = csr_matrix((np.ones(len(log)), (user, place)))
        self.weights = weights((watched.T @ watched).toarray(), self.params.regularization)

    def tables(self, queries: Queries) -> Iterator[Floats]:
        history = history_of(queries, self.items)
        for start in range(0, len(queries), BLOCK):
            rows = history[start : start + BLOCK]
            # A sparse product adds up each row alone, in the order of its items, whatever stands beside it.
            table = np.full((rows.shape[0], queries.n_items), np.nan, np.float32)
            table[:, self.items] = rows @ self.weights
            table[rows.getnnz(axis=1) == 0] = np.nan
            yield table

    def state(self) -> State:
        return {"items": self.items, "weights": self.weights}

    def restore(self, state: State) -> None:
        self.items, self.weights = state["items"], state["weights"]


def weights(together: np.ndarray, regularization: float) -> Floats:
    """B [items, items] from the numbers of users who watched both items [items, items], which are overwritten.

    P = (X'X + regularization x I)^-1, B = I - P / diag(P): column j holds -P[:, j] / P[j, j], and 0 at j.

    Raises
    ------
    InputError
        If the matrix has no inverse, in double precision.
    """
    together[np.diag_indices_from(together)] += regularization
    with threadpool_limits(1, "blas"):
        root, not_definite = dpotrf(together, lower=True)
        half, _ = dpotri(root, lower=True)  # half the time of a general inverse
    if not_definite:
        said = (
            f"params.yaml: ease.regularization = {regularization:g}: items that the same users watched have no inverse"
        )
        raise InputError(f"{said}, expected a larger one")
    inverse = np.tril(half) + np.tril(half, -1).T
    found: Floats = (-inverse / np.diag(inverse)).astype(np.float32)
    np.fill_diagonal(found, 0)
    return found
