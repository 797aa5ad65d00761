"""Whether the ranker's lead holds, where it comes from and for whom: metrics/proof.json, plots/quality_at_k.csv."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import stages
from twostage import lists, queries
from twostage.base import params
from twostage.base.params import Generators, Seed
from twostage.base.store import write_csv, write_json
from twostage.base.tables import LogTables
from twostage.judged import judged
from twostage.lists import RANKER, SCORES_ONLY
from twostage.past import log
from twostage.proof import ceiling, depths, leads, parts, steps
from twostage.sizes import Cut
from twostage.split import Fold


def main() -> None:
    seed, cut = params.load(Seed).seed, params.load(Cut)
    folder = Path("data/folds/test")
    asked, labels = queries.read(folder)
    fold = Fold.read(folder)
    every = LogTables.read()
    history = log.of(every)
    deepest = min(2 * cut.k, cut.keep)
    # Of the ranker everything that is kept, of the others what is drawn.
    wanted: list[list[tuple[str, str, Any]]] = [[("rank", "<=", deepest)], [("system", "==", RANKER)]]
    columns = ["system", "query", "item", "rank"]
    files = (f"data/lists/{name}.parquet" for name in ("test", "test_scores_only"))
    ranked = pd.concat([pd.read_parquet(file, columns=columns, filters=wanted) for file in files])
    held = pd.read_parquet("data/features/test.parquet", columns=["query"], filters=[("label", "==", True)])
    found = np.bincount(held["query"], minlength=len(asked))
    systems = [*lists.systems(params.load(Generators).generators), SCORES_ONLY]
    test = judged(ranked, systems, asked, labels, history, fold.start, cut.keep, seed)
    others = [name for name in systems if name not in (RANKER, SCORES_ONLY)]
    write_csv(depths.depths(test, deepest), Path("plots/quality_at_k.csv"))
    report = {
        "leads": leads.leads(test, others, cut.k),
        "parts": parts.parts(test, history.before(fold.start), every.items, cut.k),
        "ceiling": ceiling.ceiling(test, found, cut.k, cut.keep),
        "steps": steps.steps(test, cut.k),
    }
    write_json(report, Path("metrics/proof.json"))


if __name__ == "__main__":
    stages.run(main)
