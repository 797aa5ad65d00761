"""New items: first watched in the last days, by their popularity and the user's taste for their genres."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.sparse import csr_matrix

from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.shared import share
from twostage.generators.kinds.sparse import SparseScores, parts
from twostage.past.asof import Queries
from twostage.past.log import Log

Doubles = npt.NDArray[np.float64]


class FreshParams(GeneratorParams):
    section = "fresh"
    days: int = Field(ge=1)
    prior: float = Field(gt=0)


class Fresh(SparseScores):
    """Share of the watches in the last `days` days x taste, for items with no watch before these days.

    At most half of the days of the log that it is fitted on: in the first days of a log all looks new.

    Taste: mean over the item's genres of the genre's share of the user's history, with `prior` rows at everybody's
    shares added; so a user without a history has everybody's taste. An item without genres counts as one of every
    genre. A log without genres leaves popularity alone.
    """

    Params = FreshParams
    params: FreshParams

    def learn(self, log: Log) -> None:
        self.days = min(self.params.days, max(1, (self.last_day + 1 - int(log.day.min())) // 2))

    def state(self) -> State:
        return {"days": np.array(self.days)}

    def restore(self, state: State) -> None:
        self.days = int(state["days"])

    def chosen(self) -> str:
        return f"{self.days} days"

    def blocks(self, queries: Queries) -> Iterator[csr_matrix]:
        recent, ever = queries.counts(self.days), queries.counts()
        popularity = np.where(recent == ever, share(recent), 0.0)
        genres = queries.about.item_values("genres")
        everybody = None if genres is None else _shares(ever, genres)
        _, day = queries.days
        start = 0
        for part in parts(queries):
            days, mine = np.unique(day[start : start + len(part)], return_inverse=True)
            start += len(part)
            items = np.flatnonzero(popularity[days].any(axis=0))
            scores = popularity[np.ix_(days, items)][mine]
            if genres is not None and everybody is not None and genres.shape[1]:
                mean = _mean(genres[items])
                prior = (csr_matrix(everybody[days]) @ mean)[mine]
                scores *= taste(part.seen @ genres, part.seen @ _any(genres), mean, prior, self.params.prior)
            query, column = np.nonzero(scores)
            indptr = np.searchsorted(query, np.arange(len(part) + 1))
            stored = scores[query, column].astype(np.float32)
            yield csr_matrix((stored, items[column], indptr), shape=(len(part), queries.n_items))


def taste(watches: csr_matrix, rows: Doubles, mean: Doubles, usual: Doubles, prior: float) -> Doubles:
    """[queries, items] of `watches` [queries, genres] among `rows` [queries], with `prior` rows of `usual` taste.

    `mean` [genres, items] turns shares of genres into the mean over an item's.
    """
    # A product of a sparse matrix adds up a row in one order, whatever other rows there are.
    tastes: Doubles = watches.astype(np.float64) @ mean
    tastes += prior * usual
    tastes /= (rows + prior)[:, None]
    return tastes


def _mean(genres: csr_matrix) -> Doubles:
    """[genres, items]: 1 / an item's number of genres where it has one; without any it has them all."""
    own = genres.toarray().astype(np.float64)
    own[~own.any(axis=1)] = 1
    return np.ascontiguousarray((own / own.sum(axis=1, keepdims=True)).T)


def _shares(counts: npt.NDArray[np.int64], genres: csr_matrix) -> Doubles:
    """[days, genres]: share of the rows of items with a genre that go to each."""
    shares: Doubles = (counts @ genres) / np.maximum(counts @ _any(genres), 1)[:, None]
    return shares


def _any(genres: csr_matrix) -> Doubles:
    """[items], 1 for one that has a genre."""
    return np.asarray(np.diff(genres.indptr) > 0, dtype=np.float64)
