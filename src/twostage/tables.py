"""Names and types of the tables between stages.

Users and items are written as codes: positions in the users and items tables, which are sorted by the
ids of the log. A code's order is the id's order, so ties that are broken by code don't depend on which
other ids exist. Days are counted from 1970-01-01.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from twostage.store import written

# Interactions: one row per (user, item), sorted by (user, day, order within the day, item).
INTERACTIONS = {"user": "int32", "item": "int32", "day": "int32"}
# Present only where the log has them. Integers, since sums of floats differ between runs of a parallel engine.
OPTIONAL_INTERACTIONS = {"total_dur": "Int64", "watched_pct": "Int32", "target": "Int8"}
# The ids keep the log's own type (int64 or string); other columns only where the log has them.
USERS = {"age": "string", "income": "string", "sex": "string", "kids_flg": "Int8"}
ITEMS = {
    "content_type": "string",
    "title": "string",
    "title_orig": "string",
    "release_year": "Int32",
    "genres": "string",  # names separated by ", "
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
LABELS = {"query": "int32", "item": "int32"}

EPOCH = pd.Timestamp("1970-01-01")
ROWS = 1 << 18  # rows read at once


def check(table: pd.DataFrame, columns: Mapping[str, str], optional: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The table with its columns in the stated order and types.

    Raises
    ------
    KeyError
        If a column that isn't optional is missing.
    TypeError
        If a column isn't of its type.
    """
    wanted = dict(columns) | {name: kind for name, kind in (optional or {}).items() if name in table}
    for name, kind in wanted.items():
        if str(table[name].dtype) != kind and not (kind == "string" and isinstance(table[name].dtype, pd.StringDtype)):
            raise TypeError(f"column {name} is {table[name].dtype}, expected {kind}")
    return table[list(wanted)]


def write(table: pd.DataFrame, path: Path) -> None:
    """Parquet in one go: a broken run leaves no half file."""
    with written(path) as temporary:
        table.to_parquet(temporary, index=False)


def write_parts(parts: Iterable[pd.DataFrame], path: Path) -> None:
    """Parquet from tables of the same columns, one after another; there is at least one."""
    with written(path) as temporary, ExitStack() as stack:
        writer = None
        for part in parts:
            table = pa.Table.from_pandas(part, preserve_index=False)
            writer = writer or stack.enter_context(pq.ParquetWriter(temporary, table.schema))
            writer.write_table(table)


def read_parts(path: Path, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """A table in order of its `query`, about ROWS rows at a time, each part with all rows of its queries."""
    with pq.ParquetFile(path) as file:
        rest = file.schema_arrow.empty_table() if columns is None else file.schema_arrow.empty_table().select(columns)
        for batch in file.iter_batches(ROWS, columns=columns):
            both = pa.concat_tables([rest, pa.Table.from_batches([batch])])
            query = both.column("query").to_numpy()
            end = int(np.searchsorted(query, query[-1]))
            rest = both[end:]
            if end:
                yield both[:end].to_pandas()
        if len(rest):
            yield rest.to_pandas()


def to_day(dates: pd.Series) -> np.ndarray:
    """Days since 1970-01-01, int32."""
    return np.asarray((dates.dt.normalize() - EPOCH).dt.days, dtype=np.int32)
