"""The ranker, fusion and every generator on the test queries: data/lists/test.parquet."""

from pathlib import Path

import pandas as pd

import stages
from twostage import lists, params, ranker, tables
from twostage.params import Generators, Run
from twostage.sizes import Keep


def main() -> None:
    rows = pd.read_parquet("data/features/test.parquet")
    score = ranker.score(ranker.load(Path("data/ranker/ranker.cbm")), rows, params.load(Run))
    ranked = lists.of_systems(rows, score, params.load(Generators).generators, params.load(Keep).keep)
    tables.write(ranked, Path("data/lists/test.parquet"))


if __name__ == "__main__":
    stages.run(main)
