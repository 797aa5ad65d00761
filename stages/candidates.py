"""First stage. The union of N items from every generator for every query of a fold, scored by all."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import candidates, generators
from twostage.base import memory, params, tables, workers
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.past import log
from twostage.past.asof import Queries
from twostage.sizes import Candidates, Keep, proposed


class Loaded(NamedTuple):
    asked: Queries
    retrieval: Retrieval


def load(fold: str, threads: int) -> Loaded:
    run = params.load(Run).on(threads)
    queries = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
    asked = Queries.of(queries, log.of(LogTables.read()))
    models = generators.fitted(Path("data/models"), fold, params.load(Generators).generators, run)
    return Loaded(asked, Retrieval(models, params.load(Candidates).n, params.load(Keep)))


def union(loaded: Loaded, block: tuple[int, int]) -> pd.DataFrame:
    return candidates.union(loaded.asked.at(slice(*block)), loaded.retrieval, block[0])


def main(fold: str, target: str) -> None:
    queries = pq.read_metadata(f"data/folds/{fold}/queries.parquet").num_rows
    rows, items = (pq.read_metadata(f"data/log/{name}.parquet").num_rows for name in ("interactions", "items"))
    run, places = params.load(Run), generators.places(params.load(Generators).generators, params.load(Candidates).n)
    items = proposed(places.values(), params.load(Keep), items)
    size = memory.at_once(candidates.AT_ONCE, run, rows, memory.LOG, items * memory.PROPOSED)
    blocks = [(start, start + size) for start in range(0, max(queries, 1), size)]
    about = f"candidates: {queries} queries in blocks of {size}"
    found = workers.in_order(partial(load, fold), union, blocks, run.threads, about)
    tables.write_parts(found, Path(target))
    size = pq.read_metadata(target).num_rows
    print(f"{fold}: {size} candidates for {queries} queries, {size / max(queries, 1):.0f} each")


if __name__ == "__main__":
    stages.run(main)
