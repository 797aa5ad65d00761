"""Fit one generator for every fold, each on the days before it: data/models/GENERATOR/FOLD.npz."""

from pathlib import Path

import pyarrow.parquet as pq
from tqdm import tqdm

import stages
from twostage import generators
from twostage.base import memory, params
from twostage.base.params import Run
from twostage.base.store import read_json
from twostage.base.tables import LogTables
from twostage.past import log
from twostage.past.attributes import Attributes


def main(generator: str) -> None:
    run = params.load(Run)
    memory.check_log(pq.read_metadata("data/log/interactions.parquet").num_rows, run)
    interactions, users, items = LogTables.read()
    every = log.from_table(interactions, Attributes(users, items))
    for fold, start in tqdm(read_json(Path("data/folds/starts.json")).items(), desc=f"fit {generator}", unit="fold"):
        past, model = every.before(start), generators.make(generator, run)
        print(f"{generator} for {fold}: {len(past)} rows")
        model.fit(past)
        model.save(generators.model_file(Path("data/models"), generator, fold))


if __name__ == "__main__":
    stages.run(main)
