"""First stage. The union of N items from every generator for every query of a fold, scored by all."""

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
    union = candidates.union(asked, models, params.load(Candidates).n, params.load(Keep), run)
    print(f"{fold}: {len(union)} candidates for {len(queries)} queries, {len(union) / max(len(queries), 1):.0f} each")
    tables.write(union, Path(target))


if __name__ == "__main__":
    stages.run(main)
