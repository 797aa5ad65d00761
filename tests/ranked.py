"""Rows for tests of the ranker and of its holdout."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from tests.small import RUN, section
from twostage.base.params import Run
from twostage.ranking import holdout, reading, training
from twostage.ranking.ranker import Ranker
from twostage.ranking.reading import Wanted

LOSSES = {"Logloss": 0.3, "YetiRank": 0.3, "QuerySoftMax": 0.3}
TEST = 100


def settings(**values) -> Ranker:
    given = {"losses": LOSSES, "prefer": ["YetiRank", "QuerySoftMax"], "queries": ["horizon", "daily"], "negatives": 10}
    small = {"holdout_days": 10, "select_at": 5, "iterations": 10, "check_every": 5, "depth": 3}
    return section(Ranker, **given | small | values)


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


def many(holdout_from: int) -> pd.DataFrame:
    """40 queries of 1000 rows, half of them before the day; every fourth's labels lie in the holdout."""
    query = np.repeat(np.arange(40), 1000)
    table = pd.DataFrame({"query": query, "protocol": "daily", "label": np.tile(np.arange(1000) < 2, 40)})
    table["day"] = holdout_from - 20 + query
    table["label_day"] = np.where(table["label"], np.where(query % 4, table["day"], holdout_from + 25), 0)
    return table


def judging(table: pd.DataFrame, holdout_from: int) -> pd.DataFrame:
    """What would judge, of any number of rows."""
    return training.with_positive(training.since(table, holdout_from))


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
    known = training.every if stop is None else partial(training.before, day=stop)
    take = training.drawn if few else training.worth_reading
    (found,) = reading.read(folder, folds, [Wanted(known, take, params)], run)
    return found
