"""Rows of the folds' tables that the ranker learns from or is judged by, read without the others."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from twostage.base import memory, runs
from twostage.base.params import Run
from twostage.ranking.training import Training, joined, worth_reading

# What rows are drawn by, where a table has them.
DRAWN_BY = ["query", "protocol", "day", "label", "label_day", "best_rank"]
OF_QUERY = ["query", "protocol", "day", "label", "label_day"]
NEVER = np.iinfo(np.int32).max
Masks = npt.NDArray[np.bool_]  # [tables, rows of all files]


class Wanted(NamedTuple):
    """A table that is to be read: of all rows what was `known`, of that what `take` leaves.

    known: `training.every`, `before` or `since` a day; take: `training.drawn` or `worth_reading`.
    """

    known: Callable[[pd.DataFrame], pd.DataFrame]
    take: Callable[[pd.DataFrame, Training, Run], pd.DataFrame]
    params: Training

    def of(self, rows: pd.DataFrame, run: Run) -> pd.DataFrame:
        return self.take(self.known(rows), self.params, run)


def read(folder: Path, folds: list[str], wanted: Sequence[Wanted], run: Run) -> list[pd.DataFrame]:
    """The wanted tables of the listed folds' rows, with all of their columns and the labels that were known.

    One row a query says which queries are worth reading, then the columns DRAWN_BY of these say which of their rows, a
    table at a time. So how much is held depends on `ranker.max_candidates`, and of all candidates on a byte each a
    table. The tables of the folds are sorted by query. What is read is `joined`.

    Raises
    ------
    InputError
        If they are too many for `memory`; nothing else of them is read then.
    """
    paths = [folder / f"{name}.parquet" for name in sorted(folds)]
    queries = joined(map(_queries, paths))
    asked = np.zeros((len(wanted), len(queries)), bool)
    for mask, one in zip(asked, wanted, strict=True):
        mask[worth_reading(one.known(queries), one.params, run).index] = True
    masks = np.repeat(asked, queries["rows"], axis=1)
    names = pq.read_schema(paths[0]).names
    drawn_by, labels = [name for name in DRAWN_BY if name in names], []
    for mask, one in zip(masks, wanted, strict=True):
        memory.check_drawing(int(mask.sum()), run)
        (rows,) = tables(paths, mask[None], drawn_by)
        taken = one.of(rows, run).sort_index()
        left = np.flatnonzero(mask)[taken.index]
        mask[:] = False
        mask[left] = True
        labels.append(taken["label"].to_numpy())
    memory.check_training(sum(map(len, labels)), len(names), run)
    found = tables(paths, masks)
    return [rows.assign(label=label) for rows, label in zip(found, labels, strict=True)]


def tables(paths: Sequence[Path], masks: Masks, columns: Sequence[str] | None = None) -> list[pd.DataFrame]:
    """Of the files' rows those of each mask, `joined`; a row group is held at once beside them."""
    stops = np.cumsum([pq.read_metadata(path).num_rows for path in paths])
    of_files = zip(paths, np.split(masks, stops[:-1], axis=1), strict=True)
    return [joined(parts) for parts in zip(*(_of_file(path, some, columns) for path, some in of_files), strict=True)]


def _of_file(path: Path, masks: Masks, columns: Sequence[str] | None) -> list[pd.DataFrame]:
    with pq.ParquetFile(path) as file:
        empty = file.schema_arrow.empty_table()
        parts: list[list[pa.Table]] = [[empty.select(columns or empty.column_names)] for _ in masks]
        first = 0
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, columns=columns)
            for mask, found in zip(masks, parts, strict=True):
                found.append(rows.filter(pa.array(mask[first : first + len(rows)])))
            first += len(rows)
    # Table by table and column by column, each given back once it is converted.
    return [pa.concat_tables(parts.pop(0)).to_pandas(split_blocks=True, self_destruct=True) for _ in masks]


def _queries(path: Path) -> pd.DataFrame:
    """A row for each query of a file: OF_QUERY, where it has them, and its `rows`.

    `label` says whether it has a positive, `label_day` when its earliest is, so that `before` leaves it one or none.
    """
    with pq.ParquetFile(path) as file:
        names = [name for name in OF_QUERY if name in file.schema_arrow.names]
        groups = [_of_group(file.read_row_group(group, columns=names)) for group in range(file.num_row_groups)]
    how = {"protocol": "first", "day": "first", "label": "any", "label_day": "min", "rows": "sum"}
    parts = pd.concat([_of_group(file.schema_arrow.empty_table().select(names)), *groups])
    # A query may lie in two row groups.
    found: pd.DataFrame = parts.groupby("query", as_index=False).agg({name: how[name] for name in [*names[1:], "rows"]})
    return found


def _of_group(rows: pa.Table) -> pd.DataFrame:
    first = runs.starts(rows["query"].to_numpy())
    label = rows["label"].to_numpy()
    found = {name: rows[name].take(first).to_pandas() for name in rows.column_names}
    found |= {"label": np.logical_or.reduceat(label, first), "rows": np.diff(first, append=len(rows))}
    if "label_day" in found:
        found["label_day"] = np.minimum.reduceat(np.where(label, rows["label_day"].to_numpy(), NEVER), first)
    return pd.DataFrame(found)
