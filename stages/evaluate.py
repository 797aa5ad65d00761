"""Every system on the test period: metrics/ranking.json."""

from pathlib import Path

import pandas as pd

import stages
from twostage import lists, queries
from twostage.base import params
from twostage.base.params import Generators, Seed
from twostage.base.store import write_json
from twostage.base.tables import LogTables
from twostage.evaluate import evaluate
from twostage.judged import judged
from twostage.past import log
from twostage.sizes import Cut
from twostage.split import Fold


def main() -> None:
    folder = Path("data/folds/test")
    asked, labels = queries.read(folder)
    fold = Fold.read(folder)
    every = log.of(LogTables.read())
    seed, k = params.load(Seed).seed, params.load(Cut).k
    shown = ["system", "query", "item", "rank"]
    ranked = pd.read_parquet("data/lists/test.parquet", columns=shown, filters=[("rank", "<=", k)])
    systems = lists.systems(params.load(Generators).generators)
    test = judged(ranked, systems, asked, labels, every, fold.start, k, seed)
    write_json(evaluate(test, ranked, every.before(fold.start), k), Path("metrics/ranking.json"))


if __name__ == "__main__":
    stages.run(main)
