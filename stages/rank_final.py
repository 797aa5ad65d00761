"""Every known user, for the day after the log: retrieve, merge, score, featurise, rank, shard by shard."""

from pathlib import Path

import pandas as pd

import stages
from twostage import generators, params, ranker, serve
from twostage.engine.source import Source
from twostage.params import Generators, Run
from twostage.sizes import Candidates, Keep, Shards


def main() -> None:
    run, keep = params.load(Run), params.load(Keep)
    interactions, users, items = (
        pd.read_parquet(f"data/{name}.parquet") for name in ("interactions", "users", "items")
    )
    models = generators.fitted(Path("data/models/final"), params.load(Generators).generators, run)
    shards = serve.shards(
        pd.read_parquet("data/folds/final/queries.parquet"),
        Source(interactions, users, items, run),
        models,
        ranker.load(Path("data/ranker/ranker.cbm")),
        params.load(Candidates).n,
        keep,
        params.load(Shards).shard_users,
        run,
        serve.SAMPLE,
    )
    serve.write(shards, Path("data/lists/final.parquet"), Path("data/features/final_sample.parquet"))


if __name__ == "__main__":
    stages.run(main)
