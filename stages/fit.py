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


class Loaded(NamedTuple):
    every: Log
    run: Run


def load(threads: int) -> Loaded:
    return Loaded(log.of(LogTables.read()), params.load(Run).on(threads))


def fit(generator: str, loaded: Loaded, fold: tuple[str, int]) -> str:
    name, start = fold
    past, model = loaded.every.before(start), generators.make(generator, loaded.run)
    model.fit(past)
    model.save(generators.model_file(Path("data/models"), generator, name))
    return f"{generator} for {name}: {len(past)} rows"


def main(generator: str) -> None:
    run, rows = params.load(Run), pq.read_metadata("data/log/interactions.parquet").num_rows
    folds = list(read_json(Path("data/folds/starts.json")).items())
    processes = memory.fits_at_once(len(folds), rows, run) if generators.find(generator).side_by_side else 1
    for line in workers.in_order(load, partial(fit, generator), folds, run.threads, f"fit {generator}", processes):
        print(line)


if __name__ == "__main__":
    stages.run(main)
