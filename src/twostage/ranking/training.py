"""Rows that the ranker learns from: which candidates, read without the others, their relevance and weights."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AfterValidator, Field

from twostage.base import memory
from twostage.base.errors import InputError
from twostage.base.params import Run, Section, distinct

Kinds = Annotated[list[Literal["horizon", "daily"]], Field(min_length=1), AfterValidator(distinct)]
Relevance = Literal["watched", "watched_pct"]
HalfLife = Annotated[float | None, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Negatives = Literal["drawn", "top"]
Draws = Callable[[pd.DataFrame], Sequence[pd.DataFrame]]
# What rows are drawn by, where a table has them.
DRAWN_BY = ["query", "protocol", "day", "label", "label_day", "best_rank"]
PERCENT = "label_watched_pct"


class Label(Section):
    section = "ranker"
    label: Relevance


class Training(Label):
    queries: Kinds
    half_life: HalfLife
    negatives: Count
    negatives_kind: Negatives
    max_candidates: int = Field(ge=10_000)
    max_rows: int = Field(ge=1000)


def check_label(params: Label, has_percent: bool) -> None:
    """Raises InputError, one line, where rows are to be graded by a percent that the log lacks."""
    if params.label == "watched_pct" and not has_percent:
        raise InputError("params.yaml: ranker.label = 'watched_pct': the log has no such column; expected watched")


def read(folder: Path, folds: list[str], draws: Draws, run: Run) -> list[pd.DataFrame]:
    """The tables that `draws` wants of the listed folds' rows, with all of their columns and the labels that it left.

    It sees the columns DRAWN_BY alone, and of queries with a positive alone; the rest is read for what it wants. Tables
    are `joined`.

    Raises
    ------
    InputError
        If they are too many for `memory`; nothing else of them is read then.
    """
    paths = [folder / f"{name}.parquet" for name in sorted(folds)]
    names = pq.read_schema(paths[0]).names
    hopeful = [_of_queries_with_a_positive(path) for path in paths]
    place = np.flatnonzero(np.concatenate(hopeful))
    memory.check_drawing(len(place), run)
    columns = [name for name in DRAWN_BY if name in names]
    every = joined(_used(path, mask[None], columns)[0] for path, mask in zip(paths, hopeful, strict=True))
    tables = [table.sort_index() for table in draws(every)]
    memory.check_training(sum(map(len, tables)), len(names), run)
    wanted = np.zeros((len(tables), sum(map(len, hopeful))), bool)
    for mask, table in zip(wanted, tables, strict=True):
        mask[place[table.index]] = True
    stops = np.cumsum([len(mask) for mask in hopeful])
    parts = [_used(path, of_file) for path, of_file in zip(paths, np.split(wanted, stops[:-1], axis=1), strict=True)]
    found = map(joined, zip(*parts, strict=True))
    return [rows.assign(label=table["label"].to_numpy()) for rows, table in zip(found, tables, strict=True)]


def before(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """Rows of queries before the day, their labels cut before it: all that was known by then."""
    rows = rows[rows["day"] < day]
    return rows.assign(label=rows["label"] & (rows["label_day"] < day))


def worth_reading(rows: pd.DataFrame, params: Training, run: Run) -> pd.DataFrame:
    """Of each kind of queries that the ranker trains on those with a positive, at most `max_candidates` rows in all."""
    return pd.concat(_worth_reading(rows, params, run)).sort_index()


def drawn(rows: pd.DataFrame, params: Training, run: Run) -> pd.DataFrame:
    """What is trained on: of each kind of queries those `worth_reading`, each with at most `negatives` of its other
    candidates; `max_rows` in all of a kind. Drawing again of what was drawn changes nothing.
    """
    how = params.negatives, run.seed, params.negatives_kind
    few = (sampled(of_kind, *how) for of_kind in _worth_reading(rows, params, run))
    return pd.concat([capped(of_kind, params.max_rows, run.seed) for of_kind in few])


def of_kinds(rows: pd.DataFrame, params: Training) -> list[pd.DataFrame]:
    """The rows of each kind of queries that the ranker trains on."""
    return [rows[rows["protocol"] == kind] for kind in params.queries]


def joined(folds: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several folds one after another; query numbers are made distinct."""
    parts, first = [], 0
    for rows in folds:
        rows["query"] += first
        first = int(rows["query"].max()) + 1 if len(rows) else first
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def with_positive(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the queries that have a positive."""
    return rows[rows.groupby("query")["label"].transform("any").to_numpy(dtype=bool)]


def sampled(rows: pd.DataFrame, negatives: int, seed: int, kind: Negatives = "drawn") -> pd.DataFrame:
    """All positives and at most `negatives` others of each query; the order of rows is kept.

    drawn: evenly; top: those with the best `best_rank`, of equal ones the first.
    """
    of_top = kind == "top"
    draw = rows["best_rank"].to_numpy(float, copy=True) if of_top else np.random.default_rng(seed).random(len(rows))
    draw[rows["label"].to_numpy()] = -1
    order = np.lexsort((draw, rows["query"].to_numpy()))
    query = rows["query"].to_numpy()[order]
    place = np.arange(len(rows)) - np.searchsorted(query, query)
    positives = rows.groupby("query")["label"].transform("sum").to_numpy()[order]
    return rows.iloc[np.sort(order[place < positives + negatives])]


def capped(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Whole queries, drawn evenly, of at most `most` rows in all, and at least one query; the order is kept."""
    query, place = np.unique(rows["query"], return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(query))
    size = np.bincount(place, minlength=len(query))[drawn]
    kept = drawn[: max(1, int(np.searchsorted(np.cumsum(size), most, side="right")))]
    return rows[np.isin(place, kept)]


def relevance(rows: pd.DataFrame, params: Label) -> npt.NDArray[np.float32]:
    """What a row's place is worth, 0 to 1: 1 for a positive, or the share of it that was watched."""
    label = rows["label"].to_numpy(np.float32)
    check_label(params, PERCENT in rows)
    return label if params.label == "watched" else label * rows[PERCENT].to_numpy(np.float32) / 100


def weights(rows: pd.DataFrame, half_life: float) -> npt.NDArray[np.float32]:
    """Of each row by its query's day: 1 on the latest of the rows, half of it `half_life` days earlier."""
    age = rows["day"].max() - rows["day"].to_numpy()
    return np.asarray(0.5 ** (age / half_life), np.float32)


def _worth_reading(rows: pd.DataFrame, params: Training, run: Run) -> Iterator[pd.DataFrame]:
    return (capped(with_positive(of_kind), params.max_candidates, run.seed) for of_kind in of_kinds(rows, params))


def _of_queries_with_a_positive(path: Path) -> npt.NDArray[np.bool_]:
    """Whether each row of a file is: nothing else teaches or judges."""
    table = pq.read_table(path, columns=["query", "label"])
    query = table["query"].to_numpy()
    return np.isin(query, query[table["label"].to_numpy()])


def _used(path: Path, wanted: npt.NDArray[np.bool_], columns: Sequence[str] | None = None) -> list[pd.DataFrame]:
    """Of a file's rows those of each mask, [tables, rows]; a row group is held at once beside them."""
    with pq.ParquetFile(path) as file:
        empty = file.schema_arrow.empty_table()
        parts: list[list[pa.Table]] = [[empty.select(columns or empty.column_names)] for _ in wanted]
        first = 0
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            rows = file.read_row_group(group, columns=columns)
            for mask, found in zip(wanted, parts, strict=True):
                found.append(rows.filter(pa.array(mask[first : first + size])))
            first += size
    # Table by table and column by column, each given back once it is converted.
    return [pa.concat_tables(parts.pop(0)).to_pandas(split_blocks=True, self_destruct=True) for _ in wanted]
