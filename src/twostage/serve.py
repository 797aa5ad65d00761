"""Queries to ranked lists, shard by shard: the whole way at bounded memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost

from twostage import lists
from twostage.base import tables, workers
from twostage.base.params import Run
from twostage.candidate_rows import candidate_rows
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.ranking import fallback

SAMPLE = 500  # queries whose feature rows are kept for the check of skew


class Answer(NamedTuple):
    union: pd.DataFrame  # see `candidates.union`
    rows: pd.DataFrame  # query, item and every feature of these candidates, in their order
    score: npt.NDArray[np.float64]  # that orders the rows, see `fallback.scores`


class Shard(NamedTuple):
    ranked: pd.DataFrame  # query, item, rank, score
    rows: pd.DataFrame  # query, item and every feature


class Loaded(NamedTuple):
    """What an answer takes."""

    source: Source
    retrieval: Retrieval
    model: CatBoost
    run: Run


def answer(queries: pd.DataFrame, loaded: Loaded) -> Answer:
    """Retrieve, merge, score, featurise and rank queries (query, user, day) that are numbered one after another."""
    union, rows = candidate_rows(loaded.source, queries, loaded.retrieval)
    return Answer(union, rows, fallback.scores(loaded.model, rows, loaded.run))


def shards(
    load: Callable[[int], Loaded], queries: pd.DataFrame, shard_users: int, sample: int, threads: int
) -> Iterator[Shard]:
    """`answer` for `shard_users` queries (query, user, day) at a time; `load`: see `workers`.

    Feature rows are kept of `sample` queries, evenly spread. The lists don't depend on the size of a shard, nor on who
    computes it.
    """
    every = max(1, len(queries) // sample)
    parts = [(queries.iloc[start : start + shard_users], every) for start in range(0, len(queries), shard_users)]
    about = f"rank: {len(queries)} queries in shards of {shard_users}"
    return workers.in_order(load, _shard, parts, threads, about)


def _shard(loaded: Loaded, part: tuple[pd.DataFrame, int]) -> Shard:
    queries, every = part
    _, rows, score = answer(queries, loaded)
    return Shard(lists.best(rows, score, loaded.retrieval.keep.keep), rows[rows["query"] % every == 0])


def write(shards: Iterator[Shard], ranked: Path, rows: Path) -> None:
    """Two parquet files, a shard at a time: the lists, and the sampled feature rows."""
    with tables.parts_of(ranked) as add_ranked, tables.parts_of(rows) as add_rows:
        for shard in shards:
            add_ranked(shard.ranked)
            add_rows(shard.rows)
