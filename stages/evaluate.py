"""Every system on the test period: metrics/ranking.json."""

from pathlib import Path

import pandas as pd

import stages
from twostage import evaluate
from twostage.base import params
from twostage.base.params import Seed
from twostage.base.store import write_json
from twostage.past import log
from twostage.sizes import Cut
from twostage.split import Fold


def main() -> None:
    folder = Path("data/folds/test")
    queries, labels = (pd.read_parquet(folder / f"{name}.parquet") for name in ("queries", "labels"))
    fold = Fold.read(folder)
    past = log.from_table(pd.read_parquet("data/log/interactions.parquet"))
    seed, k = params.load(Seed).seed, params.load(Cut).k
    shown = ["system", "query", "item", "rank"]
    lists = pd.read_parquet("data/lists/test.parquet", columns=shown, filters=[("rank", "<=", k)])
    write_json(evaluate.evaluate(lists, queries, labels, past, fold.start, k, seed), Path("metrics/ranking.json"))


if __name__ == "__main__":
    stages.run(main)
