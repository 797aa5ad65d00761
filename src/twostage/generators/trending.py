"""What grows: an item's share of a short window against its share of a long one."""

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from twostage.asof import Queries
from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.shared import SharedScores, share


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
    """Only items with a row in the long window have a score."""

    Params = TrendingParams
    params: TrendingParams

    def group_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        """The short window's share over the long one's, `prior` per mille added to each."""
        short, long = (share(queries.counts(days)) for days in (self.params.short, self.params.long))
        prior = self.params.prior / 1000
        return np.where(long > 0, (short + prior) / (long + prior), np.nan)
