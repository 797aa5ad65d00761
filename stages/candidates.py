"""First stage. The union of N items from every generator for every query of a fold, scored by all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import stages
from twostage import candidates, generators, log, params, tables
from twostage.asof import Queries
from twostage.attributes import Attributes
from twostage.params import Generators, Run
from twostage.sizes import Candidates, Keep


def main(fold: str, target: str) -> None:
    run = params.load(Run)
    queries = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
    interactions, users, items = (
        pd.read_parquet(f"data/{name}.parquet") for name in ("interactions", "users", "items")
    )
    past = log.from_table(interactions, Attributes(users, items))
    asked = Queries(queries["user"].to_numpy(np.int32), queries["day"].to_numpy(np.int32), past)
    models = generators.fitted(Path(f"data/models/{fold}"), params.load(Generators).generators, run)
    n, keep, size = params.load(Candidates).n, params.load(Keep), 0

    def unions() -> Iterator[pd.DataFrame]:
        nonlocal size
        for start in range(0, max(len(queries), 1), candidates.BLOCK):
            union = candidates.union(asked.part(start, start + candidates.BLOCK), models, n, keep, run, start)
            size += len(union)
            yield union

    tables.write_parts(unions(), Path(target))
    print(f"{fold}: {size} candidates for {len(queries)} queries, {size / max(len(queries), 1):.0f} each")


if __name__ == "__main__":
    stages.run(main)
