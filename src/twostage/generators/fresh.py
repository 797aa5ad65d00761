"""New items, those of the user's genres first."""

from collections.abc import Iterator

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.asof import Queries
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.factors import BLOCK
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.shared import share
from twostage.log import Floats, Log


class FreshParams(GeneratorParams):
    section = "fresh"
    days: int = Field(ge=1)
    prior: float = Field(gt=0)


class Fresh(Dense):
    """Items first watched within the last `days` days; others have no score. Nothing is learned before the query."""

    Params = FreshParams
    params: FreshParams

    def learn(self, log: Log) -> None:
        pass

    def tables(self, queries: Queries) -> Iterator[Floats]:
        """The item's share of its days' watches, times what the user gives its genres: see `taste`."""
        _, day = queries.days
        ages = queries.item_ages()
        shares = share(queries.counts(self.params.days)) * ((ages >= 1) & (ages <= self.params.days))
        genres = queries.about.item_values("genres") if queries.about else None
        for start in range(0, len(queries), BLOCK):
            part = queries.part(start, start + BLOCK)
            scores = shares[day[start : start + BLOCK]]
            if genres is not None:
                scores = scores * taste(part.seen, genres, self.params.prior)
            yield np.where(scores > 0, scores, np.nan).astype(np.float32)

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        pass


def taste(seen: csr_matrix, genres: csr_matrix, prior: float) -> np.ndarray:
    """[queries, items]: share of the query's items in a genre, mean over the item's genres, `prior` items of every
    genre added; 1 for an item without one.
    """
    mine = np.asarray((seen @ genres).todense(), dtype=np.float64)
    mine = (mine + prior) / (seen.getnnz(axis=1)[:, None] + prior)
    size = np.diff(genres.indptr)
    return np.where(size > 0, (genres @ mine.T).T / np.maximum(size, 1), 1.0)
