"""Rankers beside the ranker: of the generators' scores and ranks alone, and the classifier if it wasn't chosen."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from catboost import CatBoost

from twostage import ranker
from twostage.base.params import Run
from twostage.ranker import KEYS, Loss, Ranker
from twostage.training import of_kinds, relevance

LOGLOSS: Loss = "Logloss"


def scores_only(
    rows: pd.DataFrame, generators: Iterable[str], choice: dict[str, Any], params: Ranker, run: Run
) -> CatBoost:
    """The chosen loss and trees on the same rows, with each generator's rank and score as the only features."""
    names = [f"{name}_{kind}" for name in generators for kind in ("rank", "score")]
    known = [name for name in KEYS if name in rows]
    return ranker.train(rows[known + names], choice["loss"], choice["trees"], params, run)


def classifier_trees(choice: dict[str, Any]) -> int | None:
    """Trees at which the holdout liked Logloss best, the fewest of equal ones; None where it wasn't compared."""
    curve = pd.DataFrame(choice["curve"])
    curve = curve[curve["loss"] == LOGLOSS].reset_index(drop=True)
    return None if curve.empty else int(curve["trees"][int(curve["ndcg"].argmax())])


def classifier(
    rows: pd.DataFrame, chosen: CatBoost, choice: dict[str, Any], params: Ranker, run: Run
) -> CatBoost | None:
    """The model of Logloss: the ranker itself if that was chosen; None where it wasn't compared.

    `rows` are what was drawn (`training.drawn`). Of several kinds of queries those of the first with a positive train
    it: a sum of two models' log-odds isn't one.
    """
    if choice["loss"] == LOGLOSS and len(params.queries) == 1:
        return chosen
    trees = classifier_trees(choice)
    if trees is None:
        return None
    first = next(some for some in of_kinds(rows, params) if relevance(some, params).any())
    (model,) = ranker.by_kind(first, LOGLOSS, trees, params, run).values()
    return model
