"""The ranker that serves: trained once more with the test as one more fold where `ranker.refit_on_test` says so."""

import shutil
from pathlib import Path

import stages
from twostage import fallback, ranker, training
from twostage.base import params
from twostage.base.params import Run
from twostage.base.store import read_json, written
from twostage.ranker import Ranker
from twostage.split import TEST, ValidFolds

FEATURES = Path("data/features")


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    target = Path("data/ranker/final.cbm")
    if settings.refit_on_test:
        choice = read_json(Path("data/ranker/choice.json"))
        rows = training.read(
            FEATURES, [*(f"valid/{name}" for name in folds.valid_folds), TEST], settings, run, few=True
        )
        print(f"ranker_final: {len(rows)} rows, {rows['query'].nunique()} queries, {rows['label'].sum()} positives")
        model = ranker.train(rows, choice["loss"], choice["trees"], settings, run)
        ranker.save(fallback.note(model, choice["leads"]), target)
    else:
        with written(target) as temporary:
            shutil.copyfile("data/ranker/ranker.cbm", temporary)


if __name__ == "__main__":
    stages.run(main)
