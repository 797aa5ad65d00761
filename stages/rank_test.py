"""The ranker, fusion and every generator on the test queries: data/lists/test.parquet."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from catboost import CatBoost

import stages
from twostage import lists
from twostage.base import params, tables, workers
from twostage.base.params import Generators, Run
from twostage.ranking import fallback, ranker
from twostage.sizes import Keep

FEATURES = Path("data/features/test.parquet")


class Means(NamedTuple):
    model: CatBoost
    generators: list[str]
    keep: int
    run: Run


def load(threads: int) -> Means:
    model, listed = ranker.load(Path("data/ranker/ranker.cbm")), params.load(Generators).generators
    return Means(model, listed, params.load(Keep).keep, params.load(Run).on(threads))


def ranked(means: Means, part: int) -> pd.DataFrame:
    rows = tables.read_part(FEATURES, part)
    return lists.of_systems(rows, fallback.scores(means.model, rows, means.run), means.generators, means.keep)


def main() -> None:
    parts, threads = range(tables.parts(FEATURES)), params.load(Run).threads
    found = workers.in_order(load, ranked, parts, threads, f"lists: {len(parts)} parts of the test's rows")
    tables.write_parts(found, Path("data/lists/test.parquet"))


if __name__ == "__main__":
    stages.run(main)
