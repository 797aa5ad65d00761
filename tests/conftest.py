from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from twostage import datasets, prepare
from twostage.base.tables import LogTables
from twostage.datasets import raw
from twostage.datasets.simulated import Simulated
from twostage.engine.source import Source

SIZES = Simulated(users=200, items=80, views=1600, days=40)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> LogTables:
    """A simulated log of 200 users, 80 items and 40 days, prepared; some 1,100 rows with times, gaps in its numbers."""
    folder: Path = tmp_path_factory.mktemp("small")
    datasets.fetch(datasets.Data(source="simulated", simulated=SIZES), 3, folder)
    found = prepare.encode(raw.read(folder, {}))
    table = found.interactions
    table.loc[::17, ["total_dur", "watched_pct"]] = pd.NA
    time = np.random.default_rng(0).integers(0, 86_400, len(table), dtype=np.int32)
    table.insert(3, "time", time[np.lexsort((time, table["day"], table["user"]))])  # ascending within a user's day
    return found


@pytest.fixture(scope="session")
def cutoff(small: LogTables) -> int:
    """A day with a quarter of the rows on it or later."""
    return int(np.quantile(small.interactions["day"], 0.75))


@pytest.fixture(scope="session")
def queries(small: LogTables, cutoff: int) -> pd.DataFrame:
    """query, user, day: every user on the cutoff, and those active on two days before on those days."""
    users = np.unique(small.interactions["user"])
    before = small.interactions[small.interactions["day"].isin([cutoff - 3, cutoff - 10])]
    table = pd.concat([pd.DataFrame({"user": users, "day": cutoff}), before[["user", "day"]].drop_duplicates()])
    table = table.astype(np.int32).sort_values(["day", "user"], ignore_index=True)
    return table.assign(query=np.arange(len(table), dtype=np.int32))


@pytest.fixture
def log_in_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lays the whole log beside the tables that families see: planted leaks read it behind their history's back."""
    opened = Source.__init__

    def with_log(self: Source, interactions: pd.DataFrame, *others: Any, **named: Any) -> None:
        opened(self, interactions, *others, **named)
        self._table("log", interactions)

    monkeypatch.setattr(Source, "__init__", with_log)
