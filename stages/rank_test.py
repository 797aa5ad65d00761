"""The ranker, fusion and every generator on the test queries: data/lists/test.parquet."""

from pathlib import Path

import stages
from twostage import lists, params, ranker, tables
from twostage.params import Generators, Run
from twostage.sizes import Keep


def main() -> None:
    model, run = ranker.load(Path("data/ranker/ranker.cbm")), params.load(Run)
    listed, keep = params.load(Generators).generators, params.load(Keep).keep
    parts = tables.read_parts(Path("data/features/test.parquet"))
    ranked = (lists.of_systems(rows, ranker.score(model, rows, run), listed, keep) for rows in parts)
    tables.write_parts(ranked, Path("data/lists/test.parquet"))


if __name__ == "__main__":
    stages.run(main)
