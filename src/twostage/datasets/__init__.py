"""Where a log comes from: one module per source, each with `fetch(data, seed, into)` and `facts(data)`.

A source is added as one file of this folder; its name is the module's. Every source writes CSV files in
the columns of KION, so that `raw` reads them all.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from pydantic import Field

from twostage.base.errors import InputError
from twostage.base.params import Section
from twostage.datasets.facts import Facts
from twostage.datasets.kion import Kion
from twostage.datasets.simulated import Simulated

# Modules of this folder that aren't sources.
HELPERS = {
    "archive", "catalogue", "download", "drive", "facts", "origins", "raw", "table", "transfer", "values", "world",
}  # fmt: skip


class Data(Section):
    """Which log to use. `path` and `columns` serve the source `files`, `kion` and `simulated` those of their names."""

    section = "data"
    source: str
    path: Path = Path("data/raw/files")
    columns: dict[str, str] = Field(default={})
    kion: Kion = Kion()
    simulated: Simulated = Simulated()


def known() -> list[str]:
    return sorted({module.name for module in iter_modules(__path__)} - HELPERS)


def fetch(data: Data, seed: int, into: Path) -> None:
    """Write `interactions.csv`, and `users.csv` and `items.csv` where the source has them, into a folder.

    Raises
    ------
    InputError
        If the source isn't known or can't be had.
    """
    into.mkdir(parents=True, exist_ok=True)
    _module(data).fetch(data, seed, into)


def facts(data: Data) -> Facts:
    """First and last day and columns of the log, without fetching it.

    Raises
    ------
    InputError
        If the source isn't known, or the user's own files can't be read.
    """
    found: Facts = _module(data).facts(data)
    return found


def folder(data: Data, fetched: Path) -> Path:
    """The folder to read: the user's own for the source `files`, else the one that `fetch` filled."""
    return data.path if data.source == "files" else fetched


def check_known(data: Data) -> None:
    if data.source not in known():
        raise InputError(f"params.yaml: data.source = {data.source!r}: no such source; known: {', '.join(known())}")


def _module(data: Data) -> ModuleType:
    check_known(data)
    return import_module(f"{__name__}.{data.source}")
