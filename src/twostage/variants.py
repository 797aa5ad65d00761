"""Models beside the ranker: of the generators' scores and ranks alone, and of what was liked."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from catboost import CatBoost

from twostage import ranker
from twostage.base.params import Run
from twostage.ranker import KEYS, Loss, Ranker

CLASSIFIER, QUERY_RANKER = "classifier", "query_ranker"
OF_LIKES: dict[str, Loss] = {CLASSIFIER: "Logloss", QUERY_RANKER: "QuerySoftMax"}


def scores_only(
    rows: pd.DataFrame, generators: Iterable[str], choice: dict[str, Any], params: Ranker, run: Run
) -> CatBoost:
    """The chosen loss and trees on the same rows, with each generator's rank and score as the only features."""
    names = [f"{name}_{kind}" for name in generators for kind in ("rank", "score")]
    known = [name for name in KEYS if name in rows]
    return ranker.train(rows[known + names], choice["loss"], choice["trees"], params, run)


def of_likes(rows: pd.DataFrame, params: Ranker, run: Run) -> dict[str, CatBoost]:
    """A model of each loss of OF_LIKES, of the same watched pairs: query, day, label (whether liked), the features.

    Each has as many trees as `iterations`.
    """
    return {name: ranker.fit(rows, loss, params.iterations, params, run) for name, loss in OF_LIKES.items()}
