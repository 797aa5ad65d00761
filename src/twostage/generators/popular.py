"""Popularity of the last days: the mean over windows of an item's share of all watches in the window."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field

from twostage.base.params import Run
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.instead import clearly_best
from twostage.generators.kinds.shared import SharedScores, share, ties_by_past
from twostage.past.asof import Queries
from twostage.past.log import Log

ALL = 1_000_000  # days: what the word `all` stands for, longer than any log
Window = Annotated[int, Field(ge=1), BeforeValidator(lambda days: ALL if days == "all" else days)]
DAYS = 14  # last days of the log whose watches are foretold
DEPTH = 100  # places that count: the long rest of a catalogue is nearly alike in every window
CLEARLY = 1.1  # times as good: what another window must be


class PopularParams(GeneratorParams):
    section = "popular"
    windows: list[Window] = Field(min_length=1)
    instead: list[Window]


class Popular(SharedScores):
    """An item that nobody has watched in any window follows by its share of all watches; one never watched: none.

    The fit takes `windows`, or the one of `instead` that foretells the last days of the log that they are tried on
    clearly better (see `foretold`).
    """

    Params = PopularParams
    params: PopularParams

    def __init__(self, params: PopularParams, run: Run) -> None:
        super().__init__(params, run)
        self.windows = params.windows

    def learn(self, log: Log) -> None:
        others = [[window] for window in self.params.instead]
        self.windows = clearly_best(self.params.windows, others, partial(foretold, self.tried_on), CLEARLY)

    def chosen(self) -> str:
        return f"windows of {', '.join('all' if window == ALL else str(window) for window in self.windows)} days"

    def day_scores(self, queries: Queries) -> npt.NDArray[np.float64]:
        return popularity(queries, self.windows)

    def state(self) -> State:
        return {"windows": np.array(self.windows)}

    def restore(self, state: State) -> None:
        self.windows = state["windows"].tolist()


def popularity(queries: Queries, windows: Sequence[int]) -> npt.NDArray[np.float64]:
    """[distinct days, items]; NaN for an item never watched before the day."""
    first, *others = (share(queries.counts(window)) for window in windows)
    return ties_by_past(sum(others, first) / len(windows), share(queries.counts()))


def foretold(log: Log, windows: Sequence[int]) -> float:
    """Mean over the watches of the log's last DAYS days of 1 / log2(1 + place), the place of the watch's item by what
    was popular before its day; 0 behind DEPTH, and for an item never watched before. It is the DCG of Jarvelin and
    Kekalainen 2002.
    """
    days = np.unique(log.day)[1:]
    days = days[days > log.day.max() - DAYS]
    if not len(days):
        return 0.0
    scores = popularity(Queries(np.zeros(len(days), np.int32), days, log), windows)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    gain = np.zeros(scores.shape)
    np.put_along_axis(gain, order, 1 / np.log2(np.arange(2, order.shape[1] + 2))[None], axis=1)
    gain[np.isnan(scores)] = 0
    late = log.day >= days[0]
    return float(gain[np.searchsorted(days, log.day[late]), log.item[late]].mean())
