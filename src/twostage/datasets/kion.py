"""MTS KION: 5,476,251 views of films and series, 962,179 users (Petrov et al., 2022, CARS workshop at RecSys).

Three origins, in order: the archive in the data set's repository, the exercise's pair of files on Google Drive,
and files that the user has put into a folder. See `origins`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from twostage.base import tables
from twostage.base.errors import InputError
from twostage.datasets import origins, raw
from twostage.datasets.facts import Facts
from twostage.datasets.transfer import UnavailableError

if TYPE_CHECKING:
    from twostage.datasets import Data

# 2021-03-13 to 2021-08-22.
COLUMNS = frozenset({"user_id", "item_id", "last_watch_dt", "total_dur", "watched_pct"})
FACTS = Facts(18699, 18861, COLUMNS, items=15706, catalogue=15963, n_rows=5_476_251)
FILES = ("interactions.csv", "train.csv", "test.csv", "users.csv", "items.csv")


class Kion(BaseModel):
    """Language of the attributes: the original is Russian, the English one a machine translation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["original", "en"] = "original"


def fetch(data: Data, seed: int, into: Path) -> None:
    """Write the CSV files of the first origin that gives them; all of them or none.

    Raises
    ------
    InputError
        If no origin does, with the reason of each.
    """
    reasons = []
    for place, obtain in (
        ("GitHub", origins.from_git),
        ("Google Drive", origins.from_drive),
        (f"folder {origins.OWN}", origins.from_own),
    ):
        with TemporaryDirectory(prefix=".part-", dir=into) as temporary:
            folder = Path(temporary)
            try:
                obtain(data.kion.language, folder)
                _check(folder)
            except (UnavailableError, InputError) as error:
                reasons.append(f"{place}: {str(error).replace(f'{folder}/', '').replace(f'{folder}: ', '')}")
                print(f"KION not from {reasons[-1]}", file=sys.stderr)
                continue
            found = [name for name in FILES if (folder / name).exists()]
            for name in FILES:
                (into / name).unlink(missing_ok=True)
            for name in found:
                (folder / name).replace(into / name)
            print(f"KION from {place}: {', '.join(found)}", file=sys.stderr)
            return
    raise InputError("KION: no origin gives the data: " + "; ".join(reasons))


def facts(data: Data) -> Facts:
    return FACTS


def _check(folder: Path) -> None:
    """Every file can be read, and the days are KION's: two origins have no hash. A part of the log is told."""
    days = tables.to_day(raw.read(folder, {}).interactions["last_watch_dt"])
    if len(days) < FACTS.n_rows:
        print(f"warning: a part of KION: {len(days)} of {FACTS.n_rows} rows", file=sys.stderr)
    if days.min() < FACTS.first_day or days.max() > FACTS.last_day:
        found, known = (
            " to ".join(str(np.datetime64(int(day), "D")) for day in pair)
            for pair in ((days.min(), days.max()), (FACTS.first_day, FACTS.last_day))
        )
        raise InputError(f"a log from {found}, expected days from {known}")
