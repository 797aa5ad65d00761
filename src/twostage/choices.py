"""What the holdout says of other values of the ranker's parameters, one at a time beside those in use."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoost

from twostage import holdout, ranker, training
from twostage.base.params import Run, Section
from twostage.metrics.intervals import summary
from twostage.ranker import Loss, Ranker
from twostage.training import Count, HalfLife, Kinds, Negatives, Relevance

IN_USE = "in_use"


class Choices(Section):
    """Other values of the ranker's parameters of these names."""

    section = "ranker_choices"
    queries: list[Kinds]
    negatives: list[Count]
    negatives_kind: list[Negatives]
    half_life: list[HalfLife]
    label: list[Relevance]


def others(params: Ranker, choices: Choices, has_percent: bool) -> dict[str, Ranker]:
    """By words the parameters with one value changed; not those in use, nor grades by a percent that isn't there."""
    changed = [
        (name, value)
        for name, values in choices
        for value in values
        if value != getattr(params, name) and (has_percent or value != "watched_pct")
    ]
    return {_words(name, value): params.model_copy(update={name: value}) for name, value in changed}


def trained(
    rows: pd.DataFrame, params: Ranker, late: pd.DataFrame, loss: Loss, trees: int, run: Run
) -> CatBoost | None:
    """A choice's model, with the loss and the trees that the holdout chose; None without a positive to learn from.

    rows, late: what these parameters draw from before the holdout, and what judges (see `holdout.taken`).
    """
    if not training.relevance(rows, params).any():
        return None
    return ranker.added(ranker.by_kind(rows, loss, trees, params, run), late, run)


def judged(late: pd.DataFrame, used: CatBoost, others: Mapping[str, CatBoost], depth: int, run: Run) -> dict[str, Any]:
    """in_use: protocol -> NDCG@depth among the candidates of the holdout's queries; others: name -> the same.

    `ndcg` and `gain`, what it is above that in use, each with a 95 % interval over users, NAME_interval; `queries`.
    """
    query, label = late["query"].to_numpy(), late["label"].to_numpy(bool)
    _, first = np.unique(query, return_index=True)
    asked, models = late.iloc[first], {IN_USE: used, **others}
    values = {name: holdout.ndcg(query, label, ranker.score(models[name], late, run), depth) for name in models}
    pairs = {name: np.column_stack([value, value - values[IN_USE]]) for name, value in values.items()}
    found: dict[str, Any] = {name: {} for name in models}
    for protocol in sorted(asked["protocol"].unique()):
        rows = (asked["protocol"] == protocol).to_numpy()
        for name, said in summary(pairs, ("ndcg", "gain"), rows, asked["user"].to_numpy(), run.seed).items():
            found[name][protocol] = said | {"queries": int(rows.sum())}
    return {IN_USE: found.pop(IN_USE), "others": found}


def _words(name: str, value: object) -> str:
    words = ", ".join(value) if isinstance(value, list) else str(value)
    return f"{name}: {words.removesuffix('.0')}"
