"""What the ranker looks at: metrics/ranker.json, and SHAP values of a sample of rows."""

from pathlib import Path

import stages
from twostage import explain, params, ranker, tables
from twostage.params import Run
from twostage.ranker import Ranker
from twostage.reports import Explain
from twostage.split import ValidFolds
from twostage.store import read_json, write_json


def main() -> None:
    run, settings = params.load(Run), params.load(Ranker)
    rows = ranker.read(Path("data/features/valid"), params.load(ValidFolds).valid_folds, settings)
    model = ranker.load(Path("data/ranker/ranker.cbm"))
    values, features = explain.shap_values(model, rows, params.load(Explain), run)
    tables.write(values, Path("data/ranker/shap_values.parquet"))
    tables.write(features, Path("data/ranker/shap_features.parquet"))
    choice = read_json(Path("data/ranker/choice.json"))
    report = explain.report(choice, explain.importance(model), values, rows)
    write_json(report, Path("metrics/ranker.json"))


if __name__ == "__main__":
    stages.run(main)
