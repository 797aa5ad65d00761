"""How much the final lists differ: metrics/diversity.json, and Diversity(k) in plots/diversity.csv."""

from pathlib import Path

import pandas as pd

import stages
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import write_csv, write_json
from twostage.base.tables import LogTables
from twostage.lists import array
from twostage.metrics.diversity import diversity
from twostage.metrics.diversity.known import Known, of_lists
from twostage.past import log
from twostage.sizes import Cut
from twostage.split import Fold


def main() -> None:
    cut, folder = params.load(Cut), Path("data/folds/final")
    depth = min(max(2 * cut.k, 20), cut.keep)
    shown = ["query", "item", "rank"]
    ranked = pd.read_parquet("data/lists/final.parquet", columns=shown, filters=[("rank", "<=", depth)])
    if ranked.empty:
        raise InputError("nothing is left to recommend: every user has watched every item of the log and of items.csv")
    queries = pd.read_parquet(folder / "queries.parquet", columns=["query"])
    tables, start = LogTables.read(), Fold.read(folder).start
    known = Known.of(log.of(tables).before(start), start)
    lists = array(ranked, len(queries), depth)
    curve = diversity(lists, len(tables.items), depth)
    write_csv(curve, Path("plots/diversity.csv"))
    (at_k,) = curve[curve["k"] == cut.k].to_dict("records")
    write_json(at_k | of_lists(lists[:, : cut.k], known), Path("metrics/diversity.json"))


if __name__ == "__main__":
    stages.run(main)
