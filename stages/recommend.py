"""Keep the best k: data/recommendations.parquet, data/test_recommendations.parquet."""

from pathlib import Path

import pandas as pd

import stages
from twostage.audit import passed
from twostage.base import params, tables
from twostage.base.store import read_json
from twostage.base.tables import LogTables
from twostage.lists import RANKER
from twostage.queries import HORIZON
from twostage.recommend import recommendations
from twostage.sizes import Cut


def main() -> None:
    passed.check(read_json(Path("metrics/audit.json")))
    _, users, items = LogTables.read()
    final, test = (pd.read_parquet(f"data/folds/{name}/queries.parquet") for name in ("final", "test"))
    top = [("rank", "<=", params.load(Cut).k)]
    ranked = pd.read_parquet("data/lists/final.parquet", filters=top)
    tables.write(recommendations(ranked, final, users, items), Path("data/recommendations.parquet"))
    ranked = pd.read_parquet("data/lists/test.parquet", filters=[*top, ("system", "==", RANKER)])
    horizon = test[test["protocol"] == HORIZON]
    tables.write(recommendations(ranked, horizon, users, items), Path("data/test_recommendations.parquet"))


if __name__ == "__main__":
    stages.run(main)
