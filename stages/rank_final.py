"""Every known user, for the day after the log: retrieve, merge, score, featurise, rank, shard by shard."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import generators, serve
from twostage.base import memory, params
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.ranking import ranker
from twostage.sizes import Candidates, Keep, Shards, proposed
from twostage.split import FINAL


def load(threads: int) -> serve.Loaded:
    run = params.load(Run).on(threads)
    models = generators.fitted(Path("data/models"), FINAL, params.load(Generators).generators, run)
    retrieval = Retrieval(models, params.load(Candidates).n, params.load(Keep), whole=True)
    return serve.Loaded(Source(*LogTables.read(), run), retrieval, ranker.load(Path("data/ranker/final.cbm")), run)


def shard_users() -> int:
    rows, items = (pq.read_metadata(f"data/log/{name}.parquet").num_rows for name in ("interactions", "items"))
    run, places = params.load(Run), generators.places(params.load(Generators).generators, params.load(Candidates).n)
    items = proposed(places.values(), params.load(Keep), items)
    return memory.at_once(params.load(Shards).shard_users, run, rows, memory.FEATURE_LOG, items * memory.FEATURED)


def main() -> None:
    queries = pd.read_parquet("data/folds/final/queries.parquet")
    shards = serve.shards(load, queries, shard_users(), serve.SAMPLE, params.load(Run).threads)
    serve.write(shards, Path("data/lists/final.parquet"), Path("data/features/final_sample.parquet"))


if __name__ == "__main__":
    stages.run(main)
