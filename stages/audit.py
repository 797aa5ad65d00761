"""Proof on the real data that nothing after a query's day reaches it: metrics/audit.json; a leak fails the run."""

from pathlib import Path

import pandas as pd

import stages
from twostage import audit, generators, params, ranker, skew
from twostage.params import Generators, Run
from twostage.queries import DAILY, HORIZON
from twostage.ranker import Ranker
from twostage.reports import Audit
from twostage.sizes import Candidates, Keep
from twostage.source import Source
from twostage.split import FINAL, TEST, Fold, ValidFolds
from twostage.store import read_json, write_json


def main() -> None:
    run, settings = params.load(Run), params.load(Audit)
    tables = audit.Tables(*(pd.read_parquet(f"data/{name}.parquet") for name in audit.Tables._fields))
    clean = Source(*tables, run)
    rules = params.load(Candidates).n, params.load(Keep), run
    found = {}
    for name in (*params.load(ValidFolds).valid_folds, TEST, FINAL):
        folder = Path("data/folds") / name
        fold = Fold.model_validate_json((folder / "fold.json").read_text())
        models = generators.fitted(Path("data/models") / name, params.load(Generators).generators, run)
        queries = pd.read_parquet(folder / "queries.parquet")
        found[name] = audit.fold(fold, queries, tables, clean, models, *rules, settings)
    learned = ranker.read(Path("data/features/valid"), params.load(ValidFolds).valid_folds, params.load(Ranker))
    test = pd.read_parquet("data/features/test.parquet")
    met = {f"test {name}": test[test["protocol"] == name] for name in (DAILY, HORIZON)}
    met |= {"serving": pd.read_parquet("data/features/final_sample.parquet")}
    names = ranker.feature_names(learned)
    skews = {name: skew.skew(learned, rows, names, run) for name, rows in met.items()}
    report = audit.report(found, read_json(Path("metrics/ranker.json"))["dominance"], skews, settings)
    for line in report["warnings"]:
        print(f"warning: {line}")
    write_json(report, Path("metrics/audit.json"))
    audit.judge(report)


if __name__ == "__main__":
    stages.run(main)
