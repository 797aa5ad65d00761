"""Dates to folds: data/folds/NAME/ with fold.json, queries.parquet, labels.parquet; data/folds/starts.json."""

from pathlib import Path

import numpy as np
import pandas as pd

import stages
from twostage import queries, split
from twostage.base import params, tables
from twostage.base.params import Seed
from twostage.base.store import write_json
from twostage.queries import Target
from twostage.split import Split


def main() -> None:
    interactions = pd.read_parquet("data/log/interactions.parquet")
    days = np.unique(interactions["day"])
    settings, seed = params.load(Split), params.load(Seed).seed
    folds = split.folds(settings, int(days[0]), int(days[-1]))
    split.check_rows(folds, days)
    for fold in folds:
        folder, cap = Path("data/folds") / fold.name, settings.cap(fold.name)
        asked = queries.queries(interactions, fold, cap, seed)
        labels = queries.labels(interactions, fold, asked, params.load(Target))
        print(f"{fold}; {len(asked)} queries, {len(labels)} labels")
        for protocol, most in cap._asdict().items():
            if asked.loc[asked["protocol"] == protocol, "user"].nunique() == most:
                print(f"{fold.name}: {protocol} queries of {most} users, drawn by the seed")
        fold.write(folder)
        tables.write(tables.check(asked, tables.QUERIES), folder / "queries.parquet")
        tables.write(tables.check(labels, tables.LABELS, tables.OPTIONAL_LABELS), folder / "labels.parquet")
    write_json({fold.name: fold.start for fold in folds}, Path("data/folds/starts.json"))


if __name__ == "__main__":
    stages.run(main)
