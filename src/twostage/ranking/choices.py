"""What the holdout says of other values of the ranker's parameters, one at a time beside those in use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from catboost import CatBoost
from tqdm import tqdm

from twostage.base import runs
from twostage.base.errors import InputError
from twostage.base.params import Run, Section
from twostage.metrics import accuracy
from twostage.metrics.intervals import summary
from twostage.queries import PROTOCOLS
from twostage.ranking import holdout, ranker
from twostage.ranking.ranker import Loss, Ranker, Scores
from twostage.ranking.reading import Wanted
from twostage.ranking.training import Count, HalfLife, Negatives, Protocols, Relevance

IN_USE = "in_use"


class Choices(Section):
    """Other values of the ranker's parameters of these names."""

    section = "ranker_choices"
    queries: list[Protocols]
    negatives: list[Count]
    negatives_kind: list[Negatives]
    half_life: list[HalfLife]
    label: list[Relevance]


class InUse(NamedTuple):
    """The ranker that the holdout chose."""

    params: Ranker
    losses: Sequence[Loss]
    trees: int
    model: CatBoost
    members: Mapping[str, CatBoost]  # that the model is the sum of


def others(params: Ranker, choices: Choices, has_percent: bool) -> dict[str, Ranker]:
    """By words the parameters with one value changed; not those in use, nor grades by a percent that isn't there."""
    changed = [
        (name, value)
        for name, values in choices
        for value in values
        if not _same(value, getattr(params, name)) and (has_percent or value != "watched_pct")
    ]
    return {_words(name, value): params.model_copy(update={name: value}) for name, value in changed}


def wanted(holdout_from: int, asked: Sequence[Ranker], used: Ranker) -> list[Wanted]:
    """What judges, of both protocols whichever the ranker trains on, then what the choices learn from: see `drawing`.

    See `holdout.sides`. A fold's horizon queries lie on its first day: if the holdout begins later, its daily
    queries alone judge.
    """
    _, late = holdout.sides(holdout_from, used.model_copy(update={"queries": list(PROTOCOLS)}))
    return [late, *(holdout.sides(holdout_from, params)[0] for params in drawing(asked))]


def drawing(asked: Iterable[Ranker]) -> list[Ranker]:
    """Of the choices that draw the same rows one: labels by percent and weights by age draw none of their own."""
    found: list[Ranker] = []
    for params in map(_drawing, asked):
        if params not in found:
            found.append(params)
    return found


def compared(
    late: pd.DataFrame,
    early: Sequence[pd.DataFrame],
    asked: Mapping[str, Ranker],
    used: InUse,
    run: Run,
) -> dict[str, Any]:
    """A model of each choice, with the losses and the trees that the holdout chose, `judged` beside the one in use.

    late, early: as `wanted`, of the choices `asked`. What has nothing to learn from is said and left out. A choice of
    other queries alone trains no member anew that is in use.
    """
    models, draws = {}, drawing(asked.values())
    bar = tqdm(asked.items(), desc="ranker: other choices compared on the holdout", unit="choice")
    for name, params in bar:
        rows = early[draws.index(_drawing(params))]
        known = used.members if params == used.params.model_copy(update={"queries": params.queries}) else {}
        try:
            members = ranker.members(rows, used.losses, used.trees, params, run, known)
        except InputError as error:
            print(f"{name}, left out on the holdout: {error}")
        else:
            models[name] = ranker.added(members.values(), late, run)
    return judged(late, used.model, models, used.params.select_at, run) if models else {}


def judged(late: pd.DataFrame, used: CatBoost, others: Mapping[str, CatBoost], depth: int, run: Run) -> dict[str, Any]:
    """in_use: protocol -> NDCG@depth among the candidates of the holdout's queries; others: name -> the same.

    `late` ascends by query. Of others also `gain`, what it is above that in use; each with a 95 % interval over users,
    NAME_interval; `queries`.
    """
    query, label = late["query"].to_numpy(), late["label"].to_numpy(bool)
    asked = late.iloc[runs.starts(query)]

    def ndcg(model: CatBoost) -> Scores:
        return accuracy.ndcg_of_scores(query, label, ranker.score(model, late, run), depth)

    before = ndcg(used)
    values = {name: ndcg(model) for name, model in others.items()}
    pairs = {name: np.column_stack([value, value - before]) for name, value in values.items()}
    of_used: dict[str, Any] = {}
    of_others: dict[str, Any] = {name: {} for name in others}
    for protocol in PROTOCOLS:
        rows = (asked["protocol"] == protocol).to_numpy()
        if not rows.any():
            continue
        users, queries = asked["user"].to_numpy(), {"queries": int(rows.sum())}
        (own,) = summary({IN_USE: before[:, None]}, ("ndcg",), rows, users, run.seed).values()
        of_used[protocol] = own | queries
        for name, said in summary(pairs, ("ndcg", "gain"), rows, users, run.seed).items():
            of_others[name][protocol] = said | queries
    return {IN_USE: of_used, "others": of_others}


def _drawing(params: Ranker) -> Ranker:
    return params.model_copy(update={"label": "watched", "half_life": None})


def _same(value: object, other: object) -> bool:
    """The order of a list doesn't matter."""
    return sorted(value) == sorted(other) if isinstance(value, list) and isinstance(other, list) else value == other


def _words(name: str, value: object) -> str:
    if isinstance(value, list):
        return f"{name}: {', '.join(sorted(value))}"
    # As params.yaml has it: null, 30 for 30.0.
    return f"{name}: {'null' if value is None else f'{value:g}' if isinstance(value, float) else value}"
