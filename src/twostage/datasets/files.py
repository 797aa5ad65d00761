"""The user's own files: `data.path` is read where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from twostage.base import tables
from twostage.datasets import raw
from twostage.datasets.facts import Facts

if TYPE_CHECKING:
    from twostage.datasets import Data


def fetch(data: Data, seed: int, into: Path) -> None:
    """Nothing to fetch: `datasets.folder` names the folder itself."""


def facts(data: Data) -> Facts:
    """Reads every file, so that all that is wrong with them is found here."""
    log = raw.read(data.path, data.columns).interactions
    days = tables.to_day(log["last_watch_dt"])
    return Facts(int(days.min()), int(days.max()), frozenset(log.columns), log["item_id"].nunique())
