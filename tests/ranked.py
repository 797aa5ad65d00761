"""Rows for tests of the ranker and of its holdout."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.small import RUN, section
from twostage.base.params import Run
from twostage.ranking import holdout, training
from twostage.ranking.ranker import Ranker

LOSSES = {"Logloss": 0.3, "YetiRank": 0.3, "QuerySoftMax": 0.3}
TEST = 100


def settings(**values) -> Ranker:
    given = {"losses": LOSSES, "queries": ["horizon", "daily"], "negatives": 10, "holdout_days": 10, "select_at": 5}
    return section(Ranker, **given | {"iterations": 10, "check_every": 5, "depth": 3} | values)


def chosen(table: pd.DataFrame, holdout_from: int) -> holdout.Choice:
    """The choice on this table, with the usual settings."""
    sides = holdout.taken(table, holdout_from, settings(), RUN)
    return holdout.choose(*sides, settings(), RUN)


def rows(queries: int = 60, size: int = 8) -> pd.DataFrame:
    """Queries of days 70 to 99 whose positive tends to have a large x; its day is up to 9 days later."""
    rng = np.random.default_rng(5)
    n = queries * size
    query = np.repeat(np.arange(queries), size)
    table = pd.DataFrame({"query": query, "item": np.tile(np.arange(size), queries), "user": query})
    table["day"] = 70 + query // 2
    table["protocol"] = np.where(query % 2, "daily", "horizon")
    table["x"], table["y"] = rng.random(n), rng.random(n)
    table["label"] = table["x"] + 0.3 * rng.random(n) > 1
    table["label_day"] = np.where(table["label"], np.minimum(table["day"] + rng.integers(0, 10, n), 99), 0)
    return table


def proposed(table: pd.DataFrame, wise: str = "x") -> pd.DataFrame:
    """`wise` ranks by a column and proposes five of eight, `silly` by the item; users of every third query are cold."""
    places = table.groupby("query")[wise].rank(ascending=False)
    table["wise_rank"] = places.where(places <= 5)
    table["silly_rank"] = table["item"] + 1.0
    table["fusion"] = 1 / (60 + table["silly_rank"]) + (1 / (60 + table["wise_rank"])).fillna(0)
    table["user_rows"] = np.where(table["query"] % 3 == 0, np.nan, 4.0)
    return table


def read(
    folder: Path, folds: list[str], params: Ranker, run: Run, few: bool = False, stop: int | None = None
) -> pd.DataFrame:
    """What is worth reading of the folds' rows, or with `few` what is drawn; with `stop` as known before that day."""
    take = training.drawn if few else training.worth_reading

    def draws(rows: pd.DataFrame) -> list[pd.DataFrame]:
        return [take(rows if stop is None else training.before(rows, stop), params, run)]

    (found,) = training.read(folder, folds, draws, run)
    return found
