"""How much the final lists differ: metrics/diversity.json, and Diversity(k) in plots/diversity.csv."""

from pathlib import Path

import pandas as pd

import stages
from twostage.base import params
from twostage.base.store import write_csv, write_json
from twostage.lists import array
from twostage.metrics import diversity
from twostage.sizes import Cut


def main() -> None:
    cut = params.load(Cut)
    depth = min(max(2 * cut.k, 20), cut.keep)
    shown = ["query", "item", "rank"]
    lists = pd.read_parquet("data/lists/final.parquet", columns=shown, filters=[("rank", "<=", depth)])
    queries = pd.read_parquet("data/folds/final/queries.parquet", columns=["query"])
    items = pd.read_parquet("data/log/items.parquet", columns=["item_id"])
    curve = diversity.diversity(array(lists, len(queries), depth), len(items), depth)
    write_csv(curve, Path("plots/diversity.csv"))
    (at_k,) = curve[curve["k"] == cut.k].to_dict("records")
    write_json(at_k, Path("metrics/diversity.json"))


if __name__ == "__main__":
    stages.run(main)
