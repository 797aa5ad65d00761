"""The user's own files: `data.path` is read where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from twostage.base import tables
from twostage.base.errors import InputError
from twostage.base.store import write_text
from twostage.datasets import raw
from twostage.datasets.facts import Facts

if TYPE_CHECKING:
    from twostage.datasets import Data


SAYS = "README.txt"


def fetch(data: Data, seed: int, into: Path) -> None:
    """Nothing to fetch: `data.path` names the folder itself. DVC warns of an empty one, so that it says so."""
    write_text(
        f"Nothing was fetched: the log is read from {data.path}, as data.path in params.yaml says.\n", into / SAYS
    )


def facts(data: Data) -> Facts:
    """Reads every file, so that all that is wrong with them is found here."""
    found = raw.read(data.path, data.columns)
    log = found.interactions
    users, items = (log[name].nunique() for name in ("user_id", "item_id"))
    if min(users, items) < 2:
        raise InputError(f"{data.path}: users of the log: {users}, items: {items}; expected two or more of both")
    kept = log.sort_values("last_watch_dt", kind="stable").drop_duplicates(["user_id", "item_id"])
    day = tables.to_day(kept["last_watch_dt"])
    # Whole numbers, as in the prepared log.
    rows = kept[[name for name in tables.OPTIONAL_INTERACTIONS if name in kept]].round().assign(day=day)
    known = [log["item_id"]] if found.items is None else [log["item_id"], found.items["item_id"]]
    catalogue = pd.concat(known).nunique()
    return Facts(int(day[0]), int(day[-1]), frozenset(log.columns), items, catalogue, len(rows), rows)
