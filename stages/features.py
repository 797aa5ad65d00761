"""Candidates to rows for the ranker: every feature as of the query's day, and the label."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import features, queries, tables
from twostage.base import memory, params, workers
from twostage.base.params import Generators, Run
from twostage.engine import featurise
from twostage.engine.featurise import Part
from twostage.engine.history import names
from twostage.engine.source import Source


class Means(NamedTuple):
    source: Source
    queries: pd.DataFrame
    labels: pd.DataFrame
    candidates: str
    generators: list[str]


def load(fold: str, candidates: str, threads: int) -> Means:
    asked, labels = (pd.read_parquet(f"data/folds/{fold}/{name}.parquet") for name in ("queries", "labels"))
    source = Source(*stages.log_tables(), params.load(Run).on(threads))
    return Means(source, asked, labels, candidates, params.load(Generators).generators)


def rows(means: Means, part: Part) -> pd.DataFrame:
    first, last = part.span
    pairs = pd.read_parquet(means.candidates, filters=[("query", ">=", first), ("query", "<=", last)])
    found = featurise.of_part(means.source, part, pairs, means.generators)
    return queries.labelled(found, means.queries, means.labels)


def main(fold: str, candidates: str, target: str) -> None:
    asked, log = pd.read_parquet(f"data/folds/{fold}/queries.parquet"), stages.log_tables()
    run, pairs = params.load(Run), pq.read_metadata(candidates).num_rows
    a_query = pairs * memory.DISTINCT // max(len(asked), 1)
    size = memory.at_once(featurise.PART, run, len(log[0]), memory.FEATURE_LOG, a_query)
    parts, columns = featurise.parts(asked, len(log[2]), size), names(*log)
    del log  # the processes read their own
    about = f"features: {pairs} candidates of {len(asked)} queries"
    found = workers.in_order(partial(load, fold, candidates), rows, parts, run.threads, about)
    tables.write_parts(found, Path(target))
    for name, missing in features.absent(columns).items():
        print(f"no feature {name}: the log has no {', '.join(missing)}")


if __name__ == "__main__":
    stages.run(main)
