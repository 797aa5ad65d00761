"""Where a log comes from: one module per source, each with `fetch(data, seed, into)` and `facts(data)`.

A source is added as one file of this folder and its name in `Data.source`. Every source writes CSV files in
the columns of KION, so that `raw` reads them all.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal

from pydantic import Field

from twostage.base.params import Section
from twostage.datasets import raw
from twostage.datasets.facts import Facts
from twostage.datasets.kion import Kion
from twostage.datasets.simulated import Simulated


class Data(Section):
    """Which log to use. `path` and `columns` serve the source `files`, `kion` and `simulated` those of their names."""

    section = "data"
    source: Literal["files", "kion", "movielens", "simulated"]
    path: Path = Path("data/raw/files")
    columns: dict[str, str] = Field(default={})
    kion: Kion = Kion()
    simulated: Simulated = Simulated()


def fetch(data: Data, seed: int, into: Path) -> None:
    """Write `interactions.csv`, and `users.csv` and `items.csv` where the source has them, into a folder.

    Raises
    ------
    InputError
        If the source can't be had.
    """
    into.mkdir(parents=True, exist_ok=True)
    _module(data).fetch(data, seed, into)


def facts(data: Data) -> Facts:
    """First and last day and columns of the log, without fetching it.

    Raises
    ------
    InputError
        If the user's own files can't be read.
    """
    found: Facts = _module(data).facts(data)
    return found


def read(data: Data, fetched: Path) -> raw.Raw:
    """For the source `files` the user's own, by their `columns`, else what `fetch` wrote. Raises as `raw.read`."""
    return raw.read(*_given(data, fetched))


def unread(data: Data, fetched: Path) -> Iterator[str]:
    """Lines: what of these files isn't read, see `raw.unread`."""
    return raw.unread(*_given(data, fetched))


def _given(data: Data, fetched: Path) -> tuple[Path, dict[str, str]]:
    return (data.path, data.columns) if data.source == "files" else (fetched, {})


def _module(data: Data) -> ModuleType:
    return import_module(f"{__name__}.{data.source}")
