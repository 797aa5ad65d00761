"""Names and types of the tables between stages.

Users and items are written as codes: positions in the users and items tables, which are sorted by the
ids of the log. A code's order is the id's order, so ties that are broken by code don't depend on which
other ids exist. Days are counted from 1970-01-01.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from twostage.base.errors import InputError
from twostage.base.store import written

NO_ITEM = -1  # in an array of lists of item codes: behind the end of a list
# Interactions: one row per (user, item), sorted by (user, time); of one time in an order that is drawn.
INTERACTIONS = {"user": "int32", "item": "int32", "day": "int32"}
# Present only where the log has them. Integers, since sums of floats differ between runs of a parallel engine.
OPTIONAL_INTERACTIONS = {"total_dur": "Int64", "watched_pct": "Int32", "target": "Int8"}
TIME = {"time": "int32"}  # seconds since the day's midnight, only where the log's dates hold times
# The ids keep the log's own type (int64 or string); other columns only where the log has them.
USERS = {"age": "string", "income": "string", "sex": "string", "kids_flg": "Int8"}
GROUPS = ("age", "sex", "income")  # of a user: they make up the segment
ITEMS = {
    "content_type": "string",
    "title": "string",
    "title_orig": "string",
    "release_year": "Int32",
    "genres": "string",  # names separated by commas
    "countries": "string",
    "for_kids": "Int8",
    "age_rating": "Int32",
    "studios": "string",
    "directors": "string",
    "actors": "string",
    "description": "string",
    "keywords": "string",
}
QUERIES = {"query": "int32", "user": "int32", "day": "int32", "protocol": "string"}
LABELS = {"query": "int32", "item": "int32", "day": "int32"}  # the day of the watch
OPTIONAL_LABELS = {"watched_pct": "int32"}

# A third of the time of pyarrow's own choice to read float columns, and a sixth more bytes.
FAST: Any = {"compression": "lz4", "use_dictionary": False}

EPOCH = pd.Timestamp("1970-01-01")


class LogTables(NamedTuple):
    """The prepared log: INTERACTIONS, USERS and ITEMS above, with the optional columns that it has."""

    interactions: pd.DataFrame
    users: pd.DataFrame
    items: pd.DataFrame

    @classmethod
    def read(cls, folder: Path = Path("data/log")) -> Self:
        """Raises InputError where the pipeline hasn't left them."""
        paths = [folder / f"{name}.parquet" for name in cls._fields]
        for path in paths:
            if not path.is_file():
                raise InputError(f"{path}: no such file; `dvc repro prepare` makes it")
        return cls(*map(pd.read_parquet, paths))

    def write(self, folder: Path) -> None:
        for name, table in self._asdict().items():
            write(table, folder / f"{name}.parquet")


def check(table: pd.DataFrame, columns: Mapping[str, str], optional: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The table with its columns in the stated order and types.

    Raises
    ------
    KeyError
        If a column that isn't optional is missing.
    TypeError
        If a column isn't of its type.
    """
    wanted = dict(columns) | {name: dtype for name, dtype in (optional or {}).items() if name in table}
    for name, dtype in wanted.items():
        found = table[name].dtype
        if str(found) != dtype and not (dtype == "string" and isinstance(found, pd.StringDtype)):
            raise TypeError(f"column {name} is {found}, expected {dtype}")
    return table[list(wanted)]


def write(table: pd.DataFrame, path: Path) -> None:
    """Parquet in one go: a broken run leaves no half file."""
    with written(path) as temporary:
        table.to_parquet(temporary, index=False)


@contextmanager
def parts_of(path: Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """A function that adds a table to a parquet file, which is there once the block ends; all have the same columns.

    Each table is a part of the file, packed by what is fastest to write and to read again.
    """
    with written(path) as temporary, ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []

        def add(frame: pd.DataFrame) -> None:
            table = pa.Table.from_pandas(frame, preserve_index=False)
            if not writers:
                writers.append(stack.enter_context(pq.ParquetWriter(temporary, table.schema, **FAST)))
            writers[0].write_table(table, row_group_size=max(len(table), 1))

        yield add


def write_parts(tables: Iterable[pd.DataFrame], path: Path) -> None:
    """As `parts_of`, of at least one table."""
    with parts_of(path) as add:
        for table in tables:
            add(table)


def parts(path: Path) -> int:
    """How many parts (row groups) a file has."""
    return int(pq.read_metadata(path).num_row_groups)


def read_part(path: Path, number: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """One of the parts, counted from 0: all rows of its queries where they were written so."""
    with pq.ParquetFile(path) as file:
        found: pd.DataFrame = file.read_row_group(number, columns=columns).to_pandas()
    return found


def read_parts(path: Path, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """The parts in their order."""
    return (read_part(path, number, columns) for number in range(parts(path)))


def to_day(dates: pd.Series) -> np.ndarray:
    """Days since 1970-01-01, int32."""
    return np.asarray((dates.dt.normalize() - EPOCH).dt.days, dtype=np.int32)


def to_time(dates: pd.Series) -> np.ndarray:
    """Whole seconds since the day's midnight, int32."""
    return np.asarray((dates - dates.dt.normalize()).dt.total_seconds(), dtype=np.int32)
