"""Candidates to rows for the ranker: every feature as of the query's day, and the label."""

import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq
from tqdm import tqdm

import stages
from twostage import features, params, queries, tables, workers
from twostage.engine import featurise
from twostage.engine.featurise import Part
from twostage.engine.history import names
from twostage.engine.source import Source
from twostage.params import Generators, Run


class Means(NamedTuple):
    source: Source
    queries: pd.DataFrame
    labels: pd.DataFrame
    candidates: str
    generators: list[str]


def load(fold: str, candidates: str, threads: int) -> Means:
    asked, labels = (pd.read_parquet(f"data/folds/{fold}/{name}.parquet") for name in ("queries", "labels"))
    source = Source(*_tables(), params.load(Run).on(threads))
    return Means(source, asked, labels, candidates, params.load(Generators).generators)


def rows(means: Means, part: Part) -> pd.DataFrame:
    first, last = part.queries["query"].iloc[[0, -1]]
    pairs = pd.read_parquet(means.candidates, filters=[("query", ">=", first), ("query", "<=", last)])
    means.source.look_ahead(part.days)
    found = featurise.featurise(means.source, part.queries, pairs, means.generators)
    return queries.labelled(found, means.queries, means.labels)


def main(fold: str, candidates: str, target: str) -> None:
    asked, tables_ = pd.read_parquet(f"data/folds/{fold}/queries.parquet"), _tables()
    parts = featurise.parts(asked, len(tables_[2]))
    found = workers.in_order(partial(load, fold, candidates), rows, parts, params.load(Run).threads)
    about = f"features: {pq.read_metadata(candidates).num_rows} candidates of {len(asked)} queries"
    tables.write_parts(tqdm(found, desc=about, total=len(parts), unit="part", file=sys.stderr), Path(target))
    for name, missing in features.absent(names(*tables_)).items():
        print(f"no feature {name}: the log has no {', '.join(missing)}")


def _tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    log, users, items = (pd.read_parquet(f"data/{name}.parquet") for name in ("interactions", "users", "items"))
    return log, users, items


if __name__ == "__main__":
    stages.run(main)
