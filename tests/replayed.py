"""A small log under quick parameters with room for cutoffs, for tests of what replays the pipeline."""

from typing import Any

import pandas as pd

from tests.small import PARAMS, QUICK
from twostage import split
from twostage.backtest import space
from twostage.backtest.replay import World
from twostage.base import params
from twostage.base.tables import INTERACTIONS, LogTables

LENGTH = 6  # days of the valid period
SEED = 3


def values(tables: LogTables, **new: Any) -> dict[str, Any]:
    """params.yaml made quick: two cheap generators, the test on the log's last LENGTH days; `new`: dotted names."""
    start = int(tables.interactions["day"].max()) + 1 - LENGTH
    dates = [str(split.date_of(day)) for day in (start - LENGTH, start)]
    given = {
        "split.valid_start": dates[0], "split.test_start": dates[1], "split.valid_folds": ["valid_1", "valid_2"],
        "generators": ["popular", "als"], "als.iterations": QUICK["iterations"], "candidates.n": 8,
        "recommend.keep": 12, "recommend.k": 5, "ranker.losses": {"Logloss": 0.2, "YetiRank": 0.2},
        "ranker.iterations": 12, "ranker.check_every": 6, "ranker.depth": 3, "seed": SEED, "threads": 1,
    }  # fmt: skip
    return space.overridden(params.document(PARAMS), given | new)


def bare(tables: LogTables) -> LogTables:
    """The ids alone: a third of the features, in a third of the time."""
    log, users, items = tables.interactions[list(INTERACTIONS)], tables.users[["user_id"]], tables.items[["item_id"]]
    return LogTables(log, users, items)


def world(tables: LogTables, values: dict[str, Any], interactions: pd.DataFrame | None = None) -> World:
    return World(tables if interactions is None else tables._replace(interactions=interactions), values)
