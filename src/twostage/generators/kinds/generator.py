"""What every level-1 model does."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from twostage.base.params import Run, Section
from twostage.base.store import write_npz
from twostage.base.tables import NO_ITEM
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints, Log

State = Mapping[str, npt.NDArray[Any]]
A = TypeVar("A")
B = TypeVar("B")


class GeneratorParams(Section):
    """Values that each generator's section may hold beside its own."""

    n_share: float = Field(default=1.0, gt=0, le=1)

    def places(self, n: int) -> int:
        """Items that it proposes to a query where `candidates.n` is n, at most."""
        return max(1, round(n * self.n_share))


@dataclass(frozen=True)
class Lists:
    """Best first: items [queries, n], NO_ITEM behind the end of a list; scores likewise, NaN behind the end."""

    items: Ints
    scores: Floats

    @staticmethod
    def empty(queries: int, n: int) -> "Lists":
        return Lists(np.full((queries, n), NO_ITEM, np.int32), np.full((queries, n), np.nan, np.float32))


class Kept:
    """The last answer, not who gave it: a model that held itself would stay until Python looks for cycles."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._last: tuple[Any, Any] | None = None

    def of(self, asked: A, compute: Callable[[A], B]) -> B:
        """`compute(asked)`, computed where something else was asked last."""
        if self._last is None or self._last[0] != asked:
            self._last = None
            self._last = asked, compute(asked)
        answer: B = self._last[1]
        return answer


class Generator(ABC):
    """A level-1 model: learns the item side, takes the user's side from each query's history.

    So it serves users whom it never saw, and a user's state is as fresh in training as in serving.
    """

    Params: ClassVar[type[GeneratorParams]]
    side_by_side: ClassVar[bool] = True  # fits of several folds at once; else each has the whole machine
    last_day: int  # of the log that it was fitted on, days since 1970-01-01
    tried_on: Log  # see `fit`

    def __init__(self, params: GeneratorParams, run: Run) -> None:
        self.params, self.run = params, run
        self._last = Kept()  # lists and scores are asked of the same queries

    def fit(self, log: Log, tried_on: Log | None = None) -> None:
        """Learn from a log that ends before the fold's cutoff; ages count from its last day, which the audit checks.

        tried_on: what values that the section may replace (`instead`) are tried on; the log itself if none is given.
        """
        self._last.forget()
        self.last_day = int(log.day.max())
        self.tried_on = tried_on or log
        self.learn(log)

    def chosen(self) -> str:
        """What a fit chose by itself, in a few words; nothing where it chooses nothing."""
        return ""

    @abstractmethod
    def learn(self, log: Log) -> None: ...

    @abstractmethod
    def retrieve(self, queries: Queries, n: int, exclude_seen: bool) -> Lists:
        """The n best items of each query, fewer where it can't name as many. Equal scores: the lower code first."""

    @abstractmethod
    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        """Scores of the pairs (queries[query[i]], item[i]), on the scale of `retrieve`; NaN where it can't say."""

    @abstractmethod
    def state(self) -> State:
        """Arrays that `restore` turns back into the fitted model."""

    @abstractmethod
    def restore(self, state: State) -> None: ...

    def save(self, path: Path) -> None:
        """npz: holds no code, and the same arrays give the same bytes."""
        about = {"params": np.array(self.params.model_dump_json()), "last_day": np.array(self.last_day)}
        write_npz({**self.state(), **about}, path)

    @classmethod
    def load(cls, path: Path, run: Run) -> Self:
        """The fitted model, with the parameters that it was fitted with."""
        with np.load(path, allow_pickle=False) as state:
            model = cls(cls.Params.model_validate_json(str(state["params"])), run)
            model.last_day = int(state["last_day"])
            model.restore(state)
        return model


class Counted(Generator):
    """Scores are counts over the history as of the day; a fit learns at most what to count (`popular`)."""

    def learn(self, log: Log) -> None:
        pass

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        pass


def by_number(number: Rows) -> list[Rows]:
    """Positions that hold 0, those that hold 1, ... up to the highest number, each ascending."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.searchsorted(number[order], np.arange(1, number.max(initial=0) + 1)))
