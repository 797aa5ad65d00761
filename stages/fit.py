"""Fit one generator for every fold, each on the days before it: data/models/GENERATOR/FOLD.npz."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

import stages
from twostage import generators
from twostage.base import memory, params, workers
from twostage.base.params import Run
from twostage.base.store import read_json
from twostage.base.tables import LogTables
from twostage.past import log
from twostage.past.log import Log

STARTS = Path("data/folds/starts.json")


class Loaded(NamedTuple):
    every: Log
    test_start: int
    run: Run


def load(threads: int) -> Loaded:
    return Loaded(log.of(LogTables.read()), read_json(STARTS)["test"], params.load(Run).on(threads))


def fit(generator: str, loaded: Loaded, fold: tuple[str, int]) -> str:
    name, start = fold
    past, model = loaded.every.before(start), generators.make(generator, loaded.run)
    # The last lists are made with what was tried before the test, as the lists were that the test judged.
    model.fit(past, past if start <= loaded.test_start else past.before(loaded.test_start))
    model.save(generators.model_file(Path("data/models"), generator, name))
    return ", ".join(filter(None, [f"{generator} for {name}: {len(past)} rows", model.chosen()]))


def main(generator: str) -> None:
    run, rows = params.load(Run), pq.read_metadata("data/log/interactions.parquet").num_rows
    folds = list(read_json(STARTS).items())
    processes = memory.fits_at_once(len(folds), rows, run) if generators.find(generator).side_by_side else 1
    for line in workers.in_order(load, partial(fit, generator), folds, run.threads, f"fit {generator}", processes):
        print(line)


if __name__ == "__main__":
    stages.run(main)
