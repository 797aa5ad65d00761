"""Which column of a file is which of ours: the contract's names, and those that `data.columns` gives."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from twostage.base import tables
from twostage.base.errors import InputError
from twostage.datasets import table

REQUIRED = {
    "interactions": ("user_id", "item_id", "last_watch_dt"),
    "users": ("user_id",),
    "items": ("item_id",),
}
OPTIONAL = {
    "interactions": tuple(tables.OPTIONAL_INTERACTIONS),
    "users": tuple(tables.USERS),
    "items": tuple(tables.ITEMS),
}
CONTRACT = {name for group in (REQUIRED, OPTIONAL) for names in group.values() for name in names}


def theirs_by_ours(columns: Mapping[str, str]) -> dict[str, list[str]]:
    """The files' names by ours, from pairs in either order.

    A name of theirs may stand for several of ours, and one of ours for several of theirs, each in another file.

    Raises
    ------
    InputError
        If a pair names no column of the contract, or two.
    """
    theirs: dict[str, list[str]] = {}
    for left, right in columns.items():
        if left != right and (left in CONTRACT) == (right in CONTRACT):
            found = "two known columns" if left in CONTRACT else "no known column"
            raise InputError(
                f"data.columns: {left}: {right} names {found}, expected one of {', '.join(sorted(CONTRACT))}"
            )
        ours, foreign = (left, right) if left in CONTRACT else (right, left)
        theirs.setdefault(ours, []).append(foreign)
    return theirs


def check_used(theirs: Mapping[str, Sequence[str]], paths: Iterable[Path]) -> None:
    present = {name for path in paths for name in table.header(path)}
    for ours, foreign in theirs.items():
        for name in foreign:
            if name not in present:
                has = f"the files have {_listed(present)} (commas separate)"
                raise InputError(f"data.columns: {ours} is read from {name!r}, but {has}")


def in_file(path: Path, file: str, theirs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Names in the file by ours, of the columns that it has."""
    present, found = table.header(path), dict[str, str]()
    for ours in REQUIRED[file] + OPTIONAL[file]:
        # A file that lacks the foreign names may have ours: `id` is item_id in items.csv alone.
        here = [name for name in dict.fromkeys([*theirs.get(ours, ()), ours]) if name in present]
        if len(here) > 1:
            both = f"{path}: has both {here[-1]} and {here[0]}, which data.columns renames to {ours}"
            raise InputError(f"{both}; take one of them out of the file, or give it another name there")
        if here:
            found[ours] = here[0]
    for name in present:
        if len(meant := [ours for ours, foreign in found.items() if foreign == name]) > 1:
            raise InputError(f"{path}: {name} is read as {' and '.join(meant)} by data.columns, expected one of them")
    missing = [" or ".join(theirs.get(name, [name])) for name in REQUIRED[file] if name not in found]
    if missing:
        nearly = {other.strip().casefold(): other for other in present}
        alike = ", ".join(f"{ours}: {nearly[ours]!r}" for ours in missing if ours in nearly)
        hint = f"data.columns renames, as {{{alike}}}" if alike else "commas separate, data.columns renames"
        raise InputError(f"{path}: no column {', '.join(missing)}, found {_listed(present)} ({hint})")
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(name for name in names if name)) or "none with a name"
