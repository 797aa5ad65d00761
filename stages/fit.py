"""Fit one generator for one fold, on the days before the fold: data/models/FOLD/GENERATOR.npz."""

from pathlib import Path

import pyarrow.parquet as pq

import stages
from twostage import generators
from twostage.base import memory, params
from twostage.base.params import Run
from twostage.base.tables import LogTables
from twostage.past import log
from twostage.past.attributes import Attributes
from twostage.split import Fold


def main(fold: str, generator: str) -> None:
    run = params.load(Run)
    memory.check_log(pq.read_metadata("data/log/interactions.parquet").num_rows, run)
    start = Fold.read(Path("data/folds", fold)).start
    interactions, users, items = LogTables.read()
    past = log.from_table(interactions, Attributes(users, items)).before(start)
    print(f"{generator} for {fold}: {len(past)} rows")
    model = generators.make(generator, run)
    model.fit(past)
    model.save(Path(f"data/models/{fold}/{generator}.npz"))


if __name__ == "__main__":
    stages.run(main)
