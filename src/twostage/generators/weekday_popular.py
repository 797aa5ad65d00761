"""Popularity on the weekday of the query's day: the heuristic of the exercise, with no random draw."""

import numpy as np
import numpy.typing as npt
from pydantic import Field

from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.shared import SharedScores, share, ties_by_past
from twostage.past.asof import Queries


class WeekdayPopularParams(GeneratorParams):
    section = "weekday_popular"
    weeks: int = Field(ge=1)


class WeekdayPopular(SharedScores):
    """An item's share of the watches on this day of the week in the last weeks; then as in `popular`."""

    Params = WeekdayPopularParams
    params: WeekdayPopularParams

    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        on_weekday = share(queries.counts(7 * self.params.weeks, weekday_of_query=True))
        return ties_by_past(on_weekday, share(queries.counts()))
