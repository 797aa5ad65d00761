"""What the ranker looks at: metrics/ranker.json, and SHAP values of a sample of rows."""

from pathlib import Path

import stages
from twostage.base import params, tables
from twostage.base.params import Generators, Run
from twostage.base.store import read_json, write_json
from twostage.explain import explain
from twostage.explain.meanings import meanings
from twostage.ranking import ranker, reading, training
from twostage.ranking.ranker import Ranker
from twostage.ranking.reading import Wanted
from twostage.reports import Explain
from twostage.split import ValidFolds


def main() -> None:
    run, settings, sizes = params.load(Run), params.load(Ranker), params.load(Explain)
    known = meanings(params.load(Generators).generators)
    features, folds = Path("data/features/valid"), params.load(ValidFolds).valid_folds
    (rows,) = reading.read(features, folds, [Wanted(training.every, training.worth_reading, settings)], run)
    model = ranker.load(Path("data/ranker/ranker.cbm"))
    some = explain.sample(rows, sizes, run)
    values = explain.contributions(model, some, run)
    tables.write(values, Path("data/ranker/shap_values.parquet"))
    tables.write(some[list(values)], Path("data/ranker/shap_features.parquet"))
    choice = read_json(Path("data/ranker/choice.json"))
    unseen = ranker.load(Path("data/ranker/holdout.cbm"))
    change = explain.loss_change(unseen, rows, choice, sizes.holdout_rows, run)
    judged = training.capped(rows, sizes.holdout_rows, run.seed)
    serving = explain.importance(ranker.load(Path("data/ranker/final.cbm")))
    report = explain.report(choice, explain.importance(model), change, values, judged, serving, known)
    write_json(report | {"choices": read_json(Path("data/ranker/choices.json"))}, Path("metrics/ranker.json"))


if __name__ == "__main__":
    stages.run(main)
