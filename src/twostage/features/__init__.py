"""Features by family: a module here registers one idea, a function from the history to a keyed table.

A family reads nothing but its `History`, which is cut before the day of each query, so it has no way to
name a later row. Sums are of integers, divided once: the same bits on every run. A new file is a new family.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import ibis

from twostage.engine.beside import Laid
from twostage.engine.history import History

KINDS = ("user", "item", "pair", "generator")  # what a feature describes

Build = Callable[[History], ibis.Table | Laid]


@dataclass(frozen=True)
class Family:
    name: str
    kind: str  # of KINDS
    needs: frozenset[str]  # columns of the log without which it stays away
    meanings: dict[str, str]  # feature to one line
    build: Build


_families: dict[str, Family] = {}


def family(kind: str, meanings: dict[str, str], needs: Iterable[str] = (), name: str = "") -> Callable[[Build], Build]:
    """Register a function that gives a table with one column a feature: by query of users, by as_of and item of items.

    Features of pairs are formulas over what is laid beside a pair (see `beside`). The name is the module's, unless
    one is given.
    """

    def register(build: Build) -> Build:
        known = name or build.__module__.rpartition(".")[2]
        _families[known] = Family(known, kind, frozenset(needs), meanings, build)
        return build

    return register


def families() -> list[Family]:
    """All of them, by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return [_families[name] for name in sorted(_families)]


def active(names: frozenset[str]) -> list[Family]:
    """Those for which the log has the columns."""
    return [family for family in families() if family.needs <= names]


def absent(names: frozenset[str]) -> dict[str, list[str]]:
    """By the columns that this log lacks the features that it can't have."""
    found: dict[str, list[str]] = {}
    for family in families():
        if missing := ", ".join(sorted(family.needs - names)):
            found.setdefault(missing, []).extend(family.meanings)
    return found
