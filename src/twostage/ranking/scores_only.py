"""A ranker beside the ranker: of the generators' scores and ranks alone."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from catboost import CatBoost

from twostage.base.params import Run
from twostage.ranking import ranker
from twostage.ranking.ranker import KEYS, Ranker


def scores_only(
    rows: pd.DataFrame, generators: Iterable[str], choice: dict[str, Any], params: Ranker, run: Run
) -> CatBoost:
    """The chosen losses and trees on the same rows, with each generator's rank and score as the only features."""
    names = [f"{name}_{part}" for name in generators for part in ("rank", "score")]
    known = [name for name in KEYS if name in rows]
    return ranker.train(rows[known + names], choice["losses"], choice["trees"], params, run)
