"""Reading a log from a folder of CSV files in KION's columns, whatever its source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from twostage.base.errors import InputError
from twostage.base.tables import GROUPS
from twostage.datasets import names, table, values
from twostage.datasets.table import Column

MOST_GROUPS = 500  # texts of an attribute by which users fall into groups
# Lowest, highest, whole. Shares of over 100 % occur in real logs: people rewind.
RANGES = {
    "total_dur": (0, 2**53, False),
    "watched_pct": (0, 2**31 - 1, False),
    "target": (0, 1, True),
    "kids_flg": (0, 1, True),
    "for_kids": (0, 1, True),
    "age_rating": (0, 99, True),
}


@dataclass(frozen=True)
class Raw:
    """The files as they are: ids int64 or string, `last_watch_dt` datetime64[us], numbers float64, other text string.

    Columns that the files don't have are missing here too.
    """

    interactions: pd.DataFrame
    users: pd.DataFrame | None
    items: pd.DataFrame | None


def read(folder: Path, columns: Mapping[str, str]) -> Raw:
    """Read `interactions.csv`, or `train.csv` and `test.csv` in this order, and `users.csv` and `items.csv` if any.

    `columns` renames: each pair holds a name of the contract and the name in the files, in either order.

    Raises
    ------
    InputError
        With file, line, column and value, and what would be valid.
    """
    theirs = names.theirs_by_ours(columns)
    logs = _log_files(folder)
    users, items = ([path] if path.exists() else [] for path in (folder / "users.csv", folder / "items.csv"))
    names.check_used(theirs, [*logs, *users, *items])
    log_columns = [_columns(path, "interactions", theirs) for path in logs]
    user_columns = [_columns(path, "users", theirs) for path in users]
    item_columns = [_columns(path, "items", theirs) for path in items]
    user_ids = values.ids([found["user_id"] for found in log_columns + user_columns])
    for found in user_columns:
        _check_groups(found)
    item_ids = values.ids([found["item_id"] for found in log_columns + item_columns])
    whens = values.dates([found.pop("last_watch_dt") for found in log_columns])
    interactions = [
        _frame({"user_id": user, "item_id": item, "last_watch_dt": when}, found)
        for user, item, when, found in zip(user_ids, item_ids, whens, log_columns, strict=False)
    ]
    return Raw(
        pd.concat(interactions, ignore_index=True),
        _attributes("user_id", user_ids[len(logs) :], user_columns),
        _attributes("item_id", item_ids[len(logs) :], item_columns),
    )


def unread(folder: Path, columns: Mapping[str, str]) -> Iterator[str]:
    """A line for each file with columns that aren't read: which, and which could be; one for each file that is named
    nearly as one that would be read. Arguments as of `read`.
    """
    theirs = names.theirs_by_ours(columns)
    files = [(path, "interactions") for path in _log_files(folder)]
    files += [(path, file) for file in ("users", "items") if (path := folder / f"{file}.csv").exists()]
    for path, file in files:
        used = names.in_file(path, file, theirs)
        if others := [name for name in table.header(path) if name and name not in used.values()]:
            could = [name for name in names.OPTIONAL[file] if name not in used]
            more = f"; it could have {', '.join(could)} (data.columns renames)" if could else ""
            yield f"{path.name}: read {', '.join(used)}; not read {', '.join(others)}{more}"
    read = {path.name for path, _ in files}
    missing = {"users.csv", "items.csv"} | ({"train.csv", "test.csv"} if "interactions.csv" not in read else set())
    nearly = {name.removesuffix(".csv").rstrip("s"): name for name in missing - read}
    for path in sorted(folder.iterdir()):
        if name := nearly.get(path.name.split(".")[0].casefold().rstrip("s")):
            yield f"warning: {path.name} isn't read; expected a CSV file of the name {name}"


def _log_files(folder: Path) -> list[Path]:
    """Paths of the log's files, in order.

    Raises
    ------
    InputError
        If there is none, or both kinds.
    """
    whole = folder / "interactions.csv"
    parts = [path for path in (folder / "train.csv", folder / "test.csv") if path.exists()]
    if whole.exists() and parts:
        raise InputError(f"{folder}: both interactions.csv and {parts[0].name} are there, expected one or the other")
    if not whole.exists() and not parts:
        there = folder.iterdir() if folder.is_dir() else []
        found = ", ".join(sorted(path.name for path in there if not path.name.startswith("."))) or "nothing"
        raise InputError(f"{folder}: no log, found {found}; expected interactions.csv, or train.csv and test.csv")
    return [whole] if whole.exists() else parts


def _columns(path: Path, file: str, theirs: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    return table.columns(path, names.in_file(path, file, theirs), values.WHEN if file == "interactions" else None)


def _check_groups(columns: Mapping[str, Column]) -> None:
    for name in GROUPS:
        column = columns.get(name)
        if column and (many := values.texts(column)) > MOST_GROUPS:
            expected = f"numbers, or groups such as 25_34, at most {MOST_GROUPS}"
            raise InputError(f"{column.path}: {name} has {many} values that are no numbers, expected {expected}")


def _frame(ids: Mapping[str, pd.Series], columns: Mapping[str, Column]) -> pd.DataFrame:
    others = {name: _values(name, column) for name, column in columns.items() if name not in ids}
    return pd.DataFrame({**ids, **others})


def _values(name: str, column: Column) -> pd.Series:
    if name in GROUPS:
        return values.groups(column)
    if name == "release_year":
        return values.years(column)
    if name not in RANGES:
        return values.strings(column)
    found = values.numbers(column, *RANGES[name])
    if name == "watched_pct" and found.max() <= 1 and (between := (found > 0) & (found < 1)).any():
        row = int(between.to_numpy().argmax())
        column.fail(row, f"{found[row]:g}", "percent, 0 to 100: no row has more than 1, as shares have")
    return found


def _attributes(key: str, ids: list[pd.Series], columns: list[dict[str, Column]]) -> pd.DataFrame | None:
    if not columns:
        return None
    repeated = ids[0].duplicated().to_numpy()
    if repeated.any():
        row = int(repeated.argmax())
        columns[0][key].fail(row, str(ids[0][row]), "every id once (an earlier line has it too)")
    return _frame({key: ids[0]}, columns[0])
