"""A ranker beside the ranker: test lists of one of the generators' scores and ranks alone."""

from pathlib import Path

import stages
from twostage import lists
from twostage.base import params, tables
from twostage.base.params import Generators, Run
from twostage.base.store import read_json
from twostage.ranking import ranker, reading, scores_only, training
from twostage.ranking.ranker import Ranker
from twostage.ranking.reading import Wanted
from twostage.sizes import Keep
from twostage.split import ValidFolds


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    choice, keep = read_json(Path("data/ranker/choice.json")), params.load(Keep).keep
    wanted = [Wanted(training.every, training.drawn, settings)]
    (learned,) = reading.read(Path("data/features/valid"), folds.valid_folds, wanted, run)
    small = scores_only.scores_only(learned, params.load(Generators).generators, choice, settings, run)
    ranked = (
        lists.best(rows, ranker.score(small, rows, run), keep).assign(system=lists.SCORES_ONLY)
        for rows in tables.read_parts(Path("data/features/test.parquet"))
    )
    tables.write_parts(ranked, Path("data/lists/test_scores_only.parquet"))


if __name__ == "__main__":
    stages.run(main)
