"""Rankers beside the ranker: lists of the generators' scores alone, scores of the test's watched pairs."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import stages
from twostage import lists, ranker, training, variants
from twostage.base import params, tables
from twostage.base.params import Generators, Run
from twostage.base.store import read_json
from twostage.proof import watched
from twostage.ranker import Ranker
from twostage.sizes import Keep
from twostage.split import ValidFolds


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    choice, chosen = read_json(Path("data/ranker/choice.json")), ranker.load(Path("data/ranker/ranker.cbm"))
    learned = training.read(Path("data/features/valid"), folds.valid_folds, settings, run, few=True)
    small = variants.scores_only(learned, params.load(Generators).generators, choice, settings, run)
    classifier = variants.classifier(learned, chosen, choice, settings, run)
    asked = watched.pairs(
        pd.read_parquet("data/log/interactions.parquet"), pd.read_parquet("data/folds/test/queries.parquet")
    )
    keep, watched_rows = params.load(Keep).keep, []

    def ranked() -> Iterator[pd.DataFrame]:
        for rows in tables.read_parts(Path("data/features/test.parquet")):
            watched_rows.append(rows.merge(asked[["query", "item"]], on=["query", "item"]))
            yield lists.best(rows, ranker.score(small, rows, run), keep).assign(system=lists.SCORES_ONLY)

    tables.write_parts(ranked(), Path("data/lists/test_scores_only.parquet"))
    known = pd.concat(watched_rows, ignore_index=True)
    models = {lists.RANKER: chosen} | ({lists.CLASSIFIER: classifier} if classifier else {})
    scores = {name: ranker.score(model, known, run) for name, model in models.items()}
    tables.write(known[["query", "item"]].assign(**scores), Path("data/ranker/observed.parquet"))


if __name__ == "__main__":
    stages.run(main)
