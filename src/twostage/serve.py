"""Queries to ranked lists, shard by shard: the whole way at bounded memory."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from catboost import CatBoost
from tqdm import tqdm

from twostage import candidates, featurise, lists, ranker
from twostage.asof import Queries
from twostage.generators.kinds.generator import Generator
from twostage.history import Source
from twostage.log import Log
from twostage.params import Run
from twostage.sizes import Keep
from twostage.store import written


def shards(
    queries: pd.DataFrame,
    log: Log,
    source: Source,
    models: Mapping[str, Generator],
    model: CatBoost,
    n: int,
    keep: Keep,
    shard_users: int,
    run: Run,
) -> Iterator[pd.DataFrame]:
    """Retrieve, merge, score, featurise, rank `shard_users` queries (query, user, day) at a time.

    A shard holds query, item, rank, score.

    The lists don't depend on the size of a shard.
    """
    starts = range(0, len(queries), shard_users)
    about = f"rank: {len(queries)} queries in shards of {shard_users}"
    for start in tqdm(starts, desc=about, unit="shard", file=sys.stderr):
        part = queries.iloc[start : start + shard_users]
        asked = Queries(part["user"].to_numpy(np.int32), part["day"].to_numpy(np.int32), log)
        union = candidates.union(asked, models, n, keep, run, first_query=int(part["query"].iloc[0]))
        rows = featurise.featurise(source, part, union, list(models))
        yield lists.best(rows, ranker.score(model, rows, run), keep.keep)


def write(shards: Iterator[pd.DataFrame], path: Path) -> None:
    """One parquet file, a shard at a time."""
    with written(path) as temporary, ExitStack() as stack:
        writer = None
        for shard in shards:
            table = pa.Table.from_pandas(shard, preserve_index=False)
            writer = writer or stack.enter_context(pq.ParquetWriter(temporary, table.schema))
            writer.write_table(table)
