"""How much the final lists differ at k, and at every length: metrics/diversity.json, plots/diversity.csv."""

from pathlib import Path

import numpy as np
import pandas as pd

import stages
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import write_csv, write_json
from twostage.base.tables import LogTables
from twostage.lists import array
from twostage.metrics.diversity import diversity
from twostage.metrics.diversity.known import Known, curve
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
    by_k = pd.concat([diversity(lists, len(tables.items), depth), curve(lists, known)], axis=1)
    write_csv(by_k, Path("plots/diversity.csv"))
    (at_k,) = by_k[by_k["k"] == cut.k].to_dict("records")
    write_json({name: value for name, value in at_k.items() if not np.isnan(value)}, Path("metrics/diversity.json"))


if __name__ == "__main__":
    stages.run(main)
