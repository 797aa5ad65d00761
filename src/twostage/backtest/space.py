"""What a search may try: a file of parameters, each with a range or choices."""

import copy
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, get_args

import optuna
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from twostage.base import params
from twostage.base.errors import InputError
from twostage.ranking.ranker import Loss

Measure = Literal["map", "ndcg", "recall", "precision", "mrr", "hit_rate"]


class Range(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _check(self) -> "Range":
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(f"low = {self.low}, high = {self.high}: expected low < high, and above 0 with log")
        return self


class Choices(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    choices: list[Any] = Field(min_length=2)


class Space(BaseModel):
    """`protocol` and the measures say what is searched for; `space` has a range for each dotted name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    protocol: Literal["horizon", "daily"]
    ranker: Measure
    generator: Measure
    space: dict[str, Range | Choices] = Field(min_length=1)

    def sections(self) -> list[str]:
        return list(dict.fromkeys(name.split(".")[0] for name in self.space))

    def of(self, section: str) -> dict[str, Range | Choices]:
        return {name: values for name, values in self.space.items() if name.split(".")[0] == section}


def read(path: Path) -> Space:
    """Raises InputError, one line, where the file isn't as above."""
    try:
        return Space.model_validate(params.document(path))
    except ValidationError as error:
        places = {".".join(map(str, e["loc"])): e["msg"].removeprefix("Value error, ") for e in error.errors()}
        raise InputError(f"{path}: " + "; ".join(f"{place}: {said}" for place, said in places.items())) from None


def fitting(space: Space, values: dict[str, Any], columns: Collection[str]) -> tuple[Space, list[str]]:
    """The space without what can't be tried with this params.yaml and a log of these columns, and the names of that.

    It is the learning rate of a loss that isn't compared, and the label by a percent that the log lacks.

    Raises
    ------
    InputError
        If another name isn't in params.yaml.
    """
    off = {f"ranker.losses.{loss}" for loss in get_args(Loss) if loss not in values["ranker"]["losses"]}
    if "watched_pct" not in columns:
        off.add("ranker.label")
    left = {name: tried for name, tried in space.space.items() if name not in off}
    overridden(values, dict.fromkeys(left))
    return space.model_copy(update={"space": left}), [name for name in space.space if name in off]


def suggested(trial: optuna.Trial, space: dict[str, Range | Choices]) -> dict[str, Any]:
    """A value for each name. Numbers have three digits, as the proposal will show them."""
    return {name: _suggested(trial, name, values) for name, values in space.items()}


def overridden(values: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The document with these dotted names' values in place of its own.

    Raises
    ------
    InputError
        If it has no such name.
    """
    found = copy.deepcopy(values)
    for name, value in new.items():
        *above, last = name.split(".")
        inner = found
        for part in above:
            inner = inner.get(part, {})
        if last not in inner:
            raise InputError(f"the space's {name} isn't in params.yaml, expected a name that is")
        inner[last] = value
    return found


def _suggested(trial: optuna.Trial, name: str, values: Range | Choices) -> Any:
    if isinstance(values, Choices):
        # As text: storages take plain values only.
        return json.loads(trial.suggest_categorical(name, [json.dumps(value) for value in values.choices]))
    if isinstance(values.low, int) and isinstance(values.high, int):
        return trial.suggest_int(name, values.low, values.high, log=values.log)
    return float(f"{trial.suggest_float(name, values.low, values.high, log=values.log):.3g}")
