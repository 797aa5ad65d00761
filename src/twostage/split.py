"""Dates to folds: what each one's models may see, and which days it asks about."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from twostage.base.errors import InputError
from twostage.base.params import Section, distinct
from twostage.base.store import write_json

TEST, FINAL = "test", "final"
LEAST = 4  # days of a log
NAME = re.compile(r"valid_([1-9]\d*)")
EPOCH = date(1970, 1, 1)


class Cap(NamedTuple):
    """Users of a fold who are asked daily and on its first day, at most; None: all."""

    daily: int | None = None
    horizon: int | None = None


class ValidFolds(Section):
    """What the ranker must know of the split."""

    section = "split"
    valid_start: date
    test_start: date
    valid_folds: Annotated[list[str], Field(min_length=1), AfterValidator(distinct)]

    @property
    def latest(self) -> str:
        """Name of the listed fold nearest to the test."""
        return min(self.valid_folds, key=self.back)

    @property
    def length(self) -> int:
        """Of the valid period, days."""
        return day(self.test_start) - day(self.valid_start)

    def back(self, fold: str) -> int:
        """Days from the start of a valid fold to the test's."""
        return self.length * int(fold.removeprefix("valid_"))


class Split(ValidFolds):
    valid_until: Literal["next", "test"]
    test_days: int | None = Field(ge=1)
    valid_users: int | None = Field(ge=1)
    daily_users: int | None = Field(ge=1)

    @model_validator(mode="after")
    def _check(self) -> "Split":
        if self.valid_start >= self.test_start:
            raise ValueError(f"valid_start {self.valid_start} must lie before test_start {self.test_start}")
        for name in self.valid_folds:
            if not NAME.fullmatch(name):
                raise ValueError(f"valid_folds: {name!r} must be valid_1, valid_2, ...")
        return self

    def cap(self, fold: str) -> Cap:
        """What bounds the queries of a fold."""
        if fold == FINAL:
            return Cap()
        return Cap(daily=self.daily_users) if fold == TEST else Cap(self.valid_users, self.valid_users)


class Fold(BaseModel):
    """Level-1 models see days before `start`, days since 1970-01-01.

    Daily queries lie in start <= day < daily_stop; horizon queries, on `start`, have labels in start <= day < stop.
    The final fold has one query a user, on `start`, and no labels.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    start: int
    stop: int
    daily_stop: int

    def __str__(self) -> str:
        first, last, end = map(date_of, (self.start, self.daily_stop - 1, self.stop - 1))
        return f"{self.name}, {first} to {last}, labels to {end}"

    @classmethod
    def read(cls, folder: Path) -> Self:
        return cls.model_validate_json((folder / "fold.json").read_text())

    def write(self, folder: Path) -> None:
        write_json(self.model_dump(), folder / "fold.json")


def day(value: date) -> int:
    """Days since 1970-01-01."""
    return (value - EPOCH).days


def date_of(day: int) -> date:
    """The reverse of `day`."""
    return EPOCH + timedelta(days=int(day))


def check_rows(found: list[Fold], days: npt.NDArray[np.int32]) -> None:
    """That there is a row in the period of every fold but the final one; `days`: of the rows, ascending.

    Raises
    ------
    InputError
        Naming the fold and its days.
    """
    for fold in found:
        first, stop = np.searchsorted(days, [fold.start, fold.stop])
        if fold.name != FINAL and first == stop:
            raise InputError(f"params.yaml: split: the log has no row in the period of {fold}; choose other dates")


def folds(split: Split, first_day: int, last_day: int) -> list[Fold]:
    """The valid folds as listed, the test fold and the final one, for a log that runs from first_day to last_day.

    valid_j starts j lengths of the valid period (valid_start to test_start) before test_start and has daily queries
    for one length; the labels of its horizon queries run to the start of valid_(j-1), or to the test's start.

    Raises
    ------
    InputError
        If a period lies outside the log.
    """
    test_start = day(split.test_start)

    log = f"the log runs from {date_of(first_day)} to {date_of(last_day)}"
    if last_day - first_day < LEAST - 1:
        raise InputError(f"{log}, expected {LEAST} days or more: of history, two to train and to choose, and a test")
    if not first_day < test_start <= last_day:
        raise InputError(f"params.yaml: split.test_start = {split.test_start} must lie inside the log: {log}")
    test_stop = last_day + 1
    if split.test_days is not None:
        test_stop = test_start + split.test_days
        if test_stop > last_day + 1:
            raise InputError(
                f"params.yaml: split.test_days = {split.test_days} from {split.test_start} is too long: {log}"
            )
    found = []
    for name in split.valid_folds:
        start = test_start - split.back(name)
        if start <= first_day:
            early = f"{name} would start {test_start - start} days before {split.test_start}"
            raise InputError(f"params.yaml: split.valid_folds: {early}, but {log}")
        daily_stop = start + split.length
        stop = test_start if split.valid_until == "test" else daily_stop
        found.append(Fold(name=name, start=start, stop=stop, daily_stop=daily_stop))
    return [
        *found,
        Fold(name=TEST, start=test_start, stop=test_stop, daily_stop=test_stop),
        Fold(name=FINAL, start=last_day + 1, stop=last_day + 2, daily_stop=last_day + 2),
    ]
