"""Matrix factorisation by alternating least squares on implicit feedback.

Hu, Koren, Volinsky 2008, "Collaborative filtering for implicit feedback datasets", as in the library `implicit`.
"""

from collections.abc import Container
from typing import Annotated

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.recommender_base import ModelFitError
from pydantic import Field
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from twostage.base import workers
from twostage.base.errors import NO_NUMBERS, InputError
from twostage.base.params import Section
from twostage.generators.kinds import ageing
from twostage.generators.kinds.durations import usual
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.known import known_rows
from twostage.past.asof import Queries
from twostage.past.log import Floats, Ints, Log

OLDEST = 40  # half-lives: at some 150 a weight is no number above 0 any more, and its user a stranger
WHOLE = 100  # percent watched, at most: a film watched twice is no better liked than one seen to its end


class Weighing(Section):
    """Of the section what asks for a column of the log."""

    section = "als"
    watched_power: float = Field(ge=0)


class AlsParams(GeneratorParams, Weighing):
    factors: int = Field(ge=1)
    iterations: int = Field(ge=1)
    regularization: float = Field(ge=0)
    alpha: float = Field(gt=0)  # confidence of one watch of the usual duration
    half_life: float | None = Field(gt=0)
    instead: list[Annotated[float, Field(gt=0)]]


def check_columns(power: float, columns: Container[str]) -> None:
    """That the log has what `watched_power` asks for.

    Raises
    ------
    InputError
        If it lacks the column.
    """
    if power and "watched_pct" not in columns:
        raise InputError(
            f"params.yaml: als.watched_power = {power} needs the column watched_pct, which the log lacks; "
            "0 for watches that count the same however much was watched"
        )


class Als(Factors):
    """A query's vector is the least-squares answer to its history, solved anew at each query's day."""

    Params = AlsParams
    params: AlsParams

    def learn(self, log: Log) -> None:
        check_columns(self.params.watched_power, () if log.watched_pct is None else ("watched_pct",))
        given, instead = self.params.half_life or np.inf, self.params.instead
        self.half_life = ageing.half_life(self.tried_on, given, instead, self.run)
        self.items, place = np.unique(log.item, return_inverse=True)
        _, user = np.unique(log.user, return_inverse=True)
        self.usual_duration = usual(log.total_dur)
        self.usual_watched = usual(log.watched_pct)
        weights = self._confidence(log.total_dur, log.watched_pct, self.last_day + 1 - log.day)
        with threadpool_limits(1, "blas"):
            model = self._model()
            try:
                model.fit(csr_matrix((weights, (user, place))), show_progress=workers.on_screen())
            except ModelFitError:
                raise InputError(
                    f"params.yaml: als.alpha = {self.params.alpha:g}: {NO_NUMBERS}, expected less"
                ) from None
        self.item_vectors = model.item_factors

    def chosen(self) -> str:
        return ageing.words(self.half_life)

    def query_vectors(self, queries: Queries) -> Floats:
        query, place, rows = known_rows(queries, self.items)
        age = queries.day[query] - queries.days_of(rows)
        weights = self._confidence(queries.durations_of(rows), queries.watched_of(rows), age)
        shape = (len(queries), len(self.items))
        history = csr_matrix((weights, (query, place)), shape=shape)
        with threadpool_limits(1, "blas"):
            model = self._model()
            model.item_factors = self.item_vectors
            vectors: Floats = model.recalculate_user(np.arange(len(queries)), history)
        return vectors

    def state(self) -> State:
        return {
            "items": self.items,
            "item_vectors": self.item_vectors,
            "usual_duration": np.array(self.usual_duration),
            "usual_watched": np.array(self.usual_watched),
            "half_life": np.array(self.half_life),
        }

    def restore(self, state: State) -> None:
        self.items, self.item_vectors = state["items"], state["item_vectors"]
        self.usual_duration, self.usual_watched = float(state["usual_duration"]), float(state["usual_watched"])
        self.half_life = float(state["half_life"])

    def _confidence(self, durations: Floats | None, watched: Floats | None, age: Ints) -> Floats:
        """alpha x (1 + log2(1 + duration / usual duration)) / 2, halved for each half-life of the age, OLDEST at most.

        So alpha for the usual duration and where none is known, alpha / 2 for a duration of 0. Times (percent
        watched / usual percent)^watched_power: percents above 100 count as 100, unknown ones as the usual one.
        """
        ratio = np.ones(len(age), np.float32)
        if durations is not None:
            ratio = np.nan_to_num(durations, nan=self.usual_duration) / self.usual_duration
        fresh = 0.5 ** np.minimum(age / self.half_life, OLDEST)
        weights = self.params.alpha * (1 + np.log2(1 + ratio)) / 2 * fresh
        if watched is not None and self.params.watched_power:
            share = np.minimum(np.nan_to_num(watched, nan=self.usual_watched), WHOLE) / self.usual_watched
            weights = weights * share**self.params.watched_power
        return np.asarray(weights, dtype=np.float32)

    def _model(self) -> AlternatingLeastSquares:
        return AlternatingLeastSquares(
            factors=self.params.factors,
            iterations=self.params.iterations,
            regularization=self.params.regularization,
            num_threads=self.run.threads,
            random_state=self.run.seed,
        )
