"""Candidates to rows for the ranker: every feature as of the query's day, and the label."""

from pathlib import Path

import pandas as pd

import stages
from twostage import params, queries, tables
from twostage.ahead import ahead
from twostage.engine import featurise
from twostage.engine.source import Source
from twostage.params import Generators, Run


def main(fold: str, candidates: str, target: str) -> None:
    folder = Path(f"data/folds/{fold}")
    asked, labels = (pd.read_parquet(folder / f"{name}.parquet") for name in ("queries", "labels"))
    log, users, items = (pd.read_parquet(f"data/{name}.parquet") for name in ("interactions", "users", "items"))
    source = Source(log, users, items, params.load(Run))
    listed = params.load(Generators).generators
    parts = featurise.in_parts(source, asked, pd.read_parquet(candidates), listed)
    tables.write_parts(ahead(queries.labelled(rows, asked, labels) for rows in parts), Path(target))
    for name, missing in featurise.absent(source).items():
        print(f"no feature {name}: the log has no {', '.join(missing)}")


if __name__ == "__main__":
    stages.run(main)
