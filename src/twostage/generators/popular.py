"""Popularity of the last days: the mean over windows of an item's share of all watches in the window."""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from twostage.asof import Queries
from twostage.generators.kinds.generator import GeneratorParams
from twostage.generators.kinds.shared import SharedScores, share


class PopularParams(GeneratorParams):
    section = "popular"
    windows: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)


class Popular(SharedScores):
    """An item that nobody has watched in any window follows by its share of all watches; one never watched: none."""

    Params = PopularParams
    params: PopularParams

    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        recent = sum(share(queries.counts(window)) for window in self.params.windows) / len(self.params.windows)
        ever = share(queries.counts())
        # Small enough never to pass a watch in a window, so that the past only breaks ties.
        return np.where(ever > 0, recent + ever * 1e-9, np.nan)
