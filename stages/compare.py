"""How the generators differ, on the valid and on the test period: metrics/generators.json."""

from pathlib import Path

import pandas as pd

import stages
from twostage import compare, params
from twostage.params import Generators
from twostage.reports import Compare
from twostage.sizes import Candidates
from twostage.split import TEST, ValidFolds
from twostage.store import write_json


def main() -> None:
    latest = params.load(ValidFolds).latest
    periods = {"valid": (latest, f"valid/{latest}"), "test": (TEST, TEST)}
    listed, settings, n = params.load(Generators).generators, params.load(Compare), params.load(Candidates).n
    items = pd.read_parquet("data/items.parquet", columns=["item_id"])
    found = {}
    for period, (fold, path) in periods.items():
        queries, labels = (pd.read_parquet(f"data/folds/{fold}/{name}.parquet") for name in ("queries", "labels"))
        candidates = pd.read_parquet(f"data/candidates/{path}.parquet")
        found[period] = compare.compare(candidates, queries, labels, listed, n, len(items), settings)
    write_json(found, Path("metrics/generators.json"))


if __name__ == "__main__":
    stages.run(main)
