"""Why one user is shown an item: who proposed it, and what moved the ranker's score of it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost

from twostage import lists
from twostage.base.errors import InputError
from twostage.base.params import Run
from twostage.explain import explain
from twostage.explain.meanings import Meaning
from twostage.generators.kinds.generator import Generator
from twostage.past.asof import Queries
from twostage.serve import Answer

REASONS = 4  # features that are told of each item


class Reason(NamedTuple):
    feature: str
    words: str
    value: float  # of the feature in the item's row, NaN where unknown
    effect: float  # SHAP value: what it adds to the score
    lower: float  # share of the query's candidates whose value is known and lower
    higher: float


class Case(NamedTuple):
    item: int
    rank: int  # among the candidates, from 1
    score: float  # that orders the list: the ranker's, or of the system that leads it (`fallback.scores`)
    proposed: dict[str, int]  # generator -> place in its list, of those that proposed it
    reasons: list[Reason]  # largest effect first


class Absent(NamedTuple):
    """An item that is no candidate."""

    item: int
    scores: dict[str, tuple[float, float]]  # generator -> its score of the item, and of the last that it proposed


def check_features(model: CatBoost, known: Mapping[str, Meaning]) -> None:
    """That the ranker learned from features that there are still.

    Raises
    ------
    InputError
        If it reads others.
    """
    if missing := sorted(set(model.feature_names_) - set(known)):
        raise InputError(f"the ranker reads {', '.join(missing)}, which this version or params.yaml lacks: `dvc repro`")


def ranked(answer: Answer) -> pd.DataFrame:
    """Every candidate of the one query: item, rank, score, and `row`, its place among the rows."""
    found = lists.best(answer.rows, answer.score, max(1, len(answer.rows)))
    return found.assign(row=np.searchsorted(answer.rows["item"].to_numpy(), found["item"].to_numpy()))


def cases(
    answer: Answer, wanted: pd.DataFrame, generators: list[str], known: Mapping[str, Meaning], model: CatBoost, run: Run
) -> list[Case]:
    """Those of `ranked` that are `wanted`, explained."""
    if wanted.empty:
        return []  # CatBoost explains no rows with an error
    rows = answer.rows.iloc[wanted["row"]]
    effects = explain.contributions(model, rows, run)
    places = answer.union.iloc[wanted["row"]][[f"{name}_rank" for name in generators]].to_numpy()
    found = []
    for at, (item, rank, score) in enumerate(zip(wanted["item"], wanted["rank"], wanted["score"], strict=True)):
        proposed = {name: int(place) for name, place in zip(generators, places[at], strict=True) if not np.isnan(place)}
        effect = effects.iloc[at]
        largest = sorted(effect.index, key=lambda name: (-abs(effect[name]), name))[:REASONS]
        reasons = [
            Reason(name, known[name].words, value, float(effect[name]), *_beside(value, answer.rows[name].to_numpy()))
            for name, value in ((name, float(rows[name].iloc[at])) for name in largest)
        ]
        found.append(Case(int(item), int(rank), float(score), proposed, reasons))
    return found


def _beside(value: float, values: npt.NDArray[np.floating]) -> tuple[float, float]:
    """Share of the values that are lower, and that are higher."""
    return float((values < value).mean()), float((values > value).mean())


def absent(answer: Answer, item: int, asked: Queries, models: Mapping[str, Generator]) -> Absent:
    """What the generators say of an item that isn't among the candidates of the one query."""
    pair = np.zeros(1, np.int64), np.array([item], np.int32)
    scores = {}
    for name, model in models.items():
        last = answer.union[answer.union[f"{name}_rank"] == answer.union[f"{name}_rank"].max()]
        lowest = float(last[f"{name}_score"].iloc[0]) if len(last) else float("nan")
        scores[name] = float(model.score(asked, *pair)[0]), lowest
    return Absent(item, scores)
