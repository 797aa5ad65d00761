"""The user's own files: `data.path` is read where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from twostage.base import tables
from twostage.base.errors import InputError
from twostage.datasets import raw
from twostage.datasets.facts import Facts

if TYPE_CHECKING:
    from twostage.datasets import Data


def fetch(data: Data, seed: int, into: Path) -> None:
    """Nothing to fetch: `datasets.folder` names the folder itself."""


def facts(data: Data) -> Facts:
    """Reads every file, so that all that is wrong with them is found here."""
    log = raw.read(data.path, data.columns).interactions
    users, items = (log[name].nunique() for name in ("user_id", "item_id"))
    if min(users, items) < 2:
        raise InputError(f"{data.path}: users of the log: {users}, items: {items}; expected two or more of both")
    pairs = int((~log.duplicated(["user_id", "item_id"])).sum())
    days = np.unique(tables.to_day(log["last_watch_dt"]))
    return Facts(int(days[0]), int(days[-1]), frozenset(log.columns), items, days, pairs)
