"""Growth: an item's watches of the last days against what its share of a longer time would give."""

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.shared import SharedScores, share, ties_by_past
from twostage.past.asof import Queries


class TrendingParams(GeneratorParams):
    section = "trending"
    short: int = Field(ge=1)
    long: int = Field(ge=2)
    prior: float = Field(gt=0)

    @model_validator(mode="after")
    def _check(self) -> "TrendingParams":
        if self.short >= self.long:
            raise ValueError(f"short {self.short} must be below long {self.long}")
        return self


class Trending(SharedScores):
    """(watches in `short` days + prior) / (expected watches + prior): 1 where nothing is known to grow or fall.

    Expected are all watches of the short window at the item's share of the long one. Equal growth follows the
    share of all watches, as in `popular`; an item never watched has no score.
    """

    Params = TrendingParams
    params: TrendingParams

    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        watches, prior = queries.counts(self.params.short), self.params.prior
        expected = share(queries.counts(self.params.long)) * watches.sum(axis=1, keepdims=True)
        return ties_by_past((watches + prior) / (expected + prior), share(queries.counts()))
