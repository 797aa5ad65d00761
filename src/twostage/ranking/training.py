"""Rows that the ranker learns from: which candidates, their relevance and weights."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, Field

from twostage.base import runs
from twostage.base.errors import InputError
from twostage.base.params import Run, Section, distinct

Protocols = Annotated[list[Literal["horizon", "daily"]], Field(min_length=1), AfterValidator(distinct)]
Relevance = Literal["watched", "watched_pct"]
HalfLife = Annotated[float | None, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Negatives = Literal["drawn", "top"]
PERCENT = "label_watched_pct"


class Label(Section):
    section = "ranker"
    label: Relevance


class Training(Label):
    queries: Protocols
    half_life: HalfLife
    negatives: Count
    negatives_kind: Negatives
    max_candidates: int = Field(ge=10_000)
    max_rows: int = Field(ge=1000)


def check_label(params: Label, has_percent: bool) -> None:
    """Raises InputError, one line, where rows are to be graded by a percent that the log lacks."""
    if params.label == "watched_pct" and not has_percent:
        raise InputError("params.yaml: ranker.label = 'watched_pct': the log has no such column; expected watched")


def every(rows: pd.DataFrame) -> pd.DataFrame:
    """All rows, whatever their day."""
    return rows


def before(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """Rows of queries before the day, their labels cut before it: all that was known by then."""
    rows = rows[rows["day"] < day]
    return rows.assign(label=rows["label"] & (rows["label_day"] < day))


def since(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    """Rows of queries on the day or later."""
    return rows[rows["day"] >= day]


def worth_reading(rows: pd.DataFrame, params: Training, run: Run) -> pd.DataFrame:
    """Of each protocol that the ranker trains on the queries with a positive, at most `max_candidates` rows in all."""
    return pd.concat(_worth_reading(rows, params, run)).sort_index()


def drawn(rows: pd.DataFrame, params: Training, run: Run) -> pd.DataFrame:
    """What is trained on: of each protocol the queries `worth_reading`, each with at most `negatives` of its other
    candidates; `max_rows` of each in all. Drawing again of what was drawn, or was `worth_reading`, changes nothing.
    """
    how = params.negatives, run.seed, params.negatives_kind
    few = (sampled(of_one, *how) for of_one in _worth_reading(rows, params, run))
    return pd.concat([capped(of_one, params.max_rows, run.seed) for of_one in few])


def of_protocols(rows: pd.DataFrame, params: Training) -> list[pd.DataFrame]:
    """The rows of each protocol that the ranker trains on."""
    return [rows[rows["protocol"] == protocol] for protocol in params.queries]


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


def sampled(rows: pd.DataFrame, negatives: int, seed: int, which: Negatives) -> pd.DataFrame:
    """All positives and at most `negatives` others of each query; the order of rows is kept.

    drawn: evenly; top: those with the best `best_rank`, of equal ones the first.
    """
    of_top = which == "top"
    draw = rows["best_rank"].to_numpy(float, copy=True) if of_top else np.random.default_rng(seed).random(len(rows))
    draw[rows["label"].to_numpy()] = -1
    order = np.lexsort((draw, rows["query"].to_numpy()))
    query = rows["query"].to_numpy()[order]
    place = runs.place(query)
    positives = rows.groupby("query")["label"].transform("sum").to_numpy()[order]
    return rows.iloc[np.sort(order[place < positives + negatives])]


def capped(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Whole queries, drawn evenly, of at most `most` rows in all, and at least one query; the order is kept.

    A row of a table with a column `rows` stands for so many.
    """
    query, place = np.unique(rows["query"], return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(query))
    size = np.bincount(place, rows.get("rows"), len(query))[drawn]
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
    return (capped(with_positive(of_one), params.max_candidates, run.seed) for of_one in of_protocols(rows, params))
