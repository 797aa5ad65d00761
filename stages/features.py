"""Candidates to rows for the ranker: every feature as of the query's day, and the label."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import features, featurise, queries
from twostage.base import params, tables, workers
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.engine.history import names
from twostage.engine.source import Source
from twostage.featurise import Part
from twostage.split import TEST


class Loaded(NamedTuple):
    source: Source
    queries: pd.DataFrame
    labels: pd.DataFrame
    candidates: str
    generators: list[str]


def load(fold: str, candidates: str, threads: int) -> Loaded:
    asked, labels = queries.read(Path(f"data/folds/{fold}"))
    source = Source(*LogTables.read(), params.load(Run).on(threads))
    return Loaded(source, asked, labels, candidates, params.load(Generators).generators)


def rows(loaded: Loaded, part: Part) -> pd.DataFrame:
    first, last = part.span
    pairs = pd.read_parquet(loaded.candidates, filters=[("query", ">=", first), ("query", "<=", last)])
    found = featurise.featurise(loaded.source, part.queries, pairs, loaded.generators, part.days)
    return queries.labelled(found, loaded.queries, loaded.labels)


def main(fold: str, candidates: str, target: str) -> None:
    asked = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
    log, _, items = about = [pq.read_metadata(f"data/log/{name}.parquet") for name in LogTables._fields]
    run, pairs = params.load(Run), pq.read_metadata(candidates).num_rows
    size = featurise.at_once(len(asked), pairs, log.num_rows, run)
    parts, columns = featurise.parts(asked, items.num_rows, size), names(*(table.schema.names for table in about))
    doing = f"features: {pairs} candidates of {len(asked)} queries"
    found = workers.in_order(partial(load, fold, candidates), rows, parts, run.threads, doing)
    tables.write_parts(found, Path(target))
    for missing, absent in features.absent(columns).items() if fold == TEST else ():  # once a run
        print(f"the log has no {missing}: no feature {', '.join(absent)}")


if __name__ == "__main__":
    stages.run(main)
