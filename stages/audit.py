"""Proof on the real data that nothing after a query's day reaches it: metrics/audit.json, plots/audit.html."""

from pathlib import Path

import numpy as np
import pandas as pd

import stages
from twostage import generators
from twostage.audit import audit, corruption, passed, skew, verdict
from twostage.audit import page as audit_page
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.store import read_json, write_json, write_text
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.ranking.ranker import Ranker
from twostage.reports import Audit
from twostage.sizes import Candidates, Keep
from twostage.split import FINAL, TEST, Fold, ValidFolds


def main() -> None:
    run, settings, folds = params.load(Run), params.load(Audit), params.load(ValidFolds)
    valid = folds.valid_folds
    folders = {name: Path("data/folds") / name for name in (*valid, TEST, FINAL)}
    queries = {name: pd.read_parquet(folder / "queries.parquet") for name, folder in folders.items()}
    asked = {name: audit.sample(table, settings.queries, run.seed) for name, table in queries.items()}
    tables = LogTables.read()
    users = np.concatenate([table["user"].to_numpy() for table in asked.values()])
    tables = tables._replace(interactions=corruption.thinned(tables.interactions, users, settings.rows, run.seed))
    sources = audit.Sources(tables, run)
    listed, n, keep = params.load(Generators).generators, params.load(Candidates).n, params.load(Keep)
    found = {}
    for name, folder in folders.items():
        models = generators.fitted(Path("data/models"), name, listed, run)
        retrieval = Retrieval(models, n, keep, whole=name == FINAL)
        found[name] = audit.fold(Fold.read(folder), asked[name], sources, retrieval)
    protocols = params.load(Ranker).queries
    skews, between = skew.of_run(Path("data/features"), folds, protocols, settings.max_psi, run)
    about = read_json(Path("metrics/ranker.json"))
    report = verdict.report(found, about, skews, between, settings)
    for line in report["warnings"]:
        print(f"warning: {line}")
    write_json(report, Path("metrics/audit.json"))
    write_text(audit_page.page(report, about), Path("plots/audit.html"))
    passed.check(report)


if __name__ == "__main__":
    stages.run(main)
