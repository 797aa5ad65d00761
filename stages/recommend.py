"""Keep the best k: data/recommendations.parquet, data/test_recommendations.parquet."""

from pathlib import Path

import pandas as pd

import stages
from twostage import params, tables
from twostage.lists import RANKER
from twostage.queries import HORIZON
from twostage.recommend import recommendations
from twostage.sizes import Cut


def main() -> None:
    k = params.load(Cut).k
    users, items = (pd.read_parquet(f"data/{name}.parquet") for name in ("users", "items"))
    final = pd.read_parquet("data/lists/final.parquet"), pd.read_parquet("data/folds/final/queries.parquet")
    test, asked = pd.read_parquet("data/lists/test.parquet"), pd.read_parquet("data/folds/test/queries.parquet")
    horizon = test[test["system"] == RANKER], asked[asked["protocol"] == HORIZON]
    tables.write(recommendations(*final, users, items, k), Path("data/recommendations.parquet"))
    tables.write(recommendations(*horizon, users, items, k), Path("data/test_recommendations.parquet"))


if __name__ == "__main__":
    stages.run(main)
