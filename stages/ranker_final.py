"""The ranker that serves: trained once more with the test as one more fold where `ranker.refit_on_test` says so.

Of a test longer than a valid fold its first days alone, queries and labels: later ones lie further behind the fits of
level 1 than any that it is asked.
"""

import shutil
from functools import partial
from pathlib import Path

import stages
from twostage.base import params
from twostage.base.params import Run
from twostage.base.store import read_json, written
from twostage.ranking import fallback, ranker, reading, rivals, training
from twostage.ranking.ranker import Ranker
from twostage.ranking.reading import Wanted
from twostage.split import TEST, ValidFolds, day

FEATURES = Path("data/features")


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    target = Path("data/ranker/final.cbm")
    if settings.refit_on_test:
        choice = read_json(Path("data/ranker/choice.json"))
        names, stop = [*(f"valid/{name}" for name in folds.valid_folds), TEST], day(folds.test_start) + folds.length
        known = partial(training.before, day=stop)
        (rows,) = reading.read(FEATURES, names, [Wanted(known, training.drawn, settings)], run)
        print(f"ranker_final: {len(rows)} rows, {rows['query'].nunique()} queries, {rows['label'].sum()} positives")
        model = ranker.train(rows, choice["losses"], choice["trees"], settings, run)
        ranker.save(fallback.note(model, rivals.leads(choice["beside"], rows)), target)
    else:
        with written(target) as temporary:
            shutil.copyfile("data/ranker/ranker.cbm", temporary)


if __name__ == "__main__":
    stages.run(main)
