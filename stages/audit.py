"""Proof on the real data that nothing after a query's day reaches it: metrics/audit.json, plots/audit.html."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import stages
from twostage import generators
from twostage.audit import audit, corruption, skew, verdict
from twostage.audit import page as audit_page
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.store import read_json, write_json, write_text
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.queries import DAILY, HORIZON
from twostage.ranker import Ranker
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
        retrieval = Retrieval(models, n, keep, run, whole=name == FINAL)
        found[name] = audit.fold(Fold.read(folder), asked[name], sources, retrieval)
    features = Path("data/features")
    files, kinds = [features / f"valid/{name}.parquet" for name in sorted(valid)], params.load(Ranker).queries
    learned: dict[str, pd.DataFrame] = {kind: skew.read(files, [kind], run.seed) for kind in kinds}
    test, serving = [features / "test.parquet"], [features / "final_sample.parquet"]
    met = {f"test {kind}": (kind, skew.read(test, [kind], run.seed)) for kind in (DAILY, HORIZON)}
    met["serving"] = HORIZON, skew.read(serving, None, run.seed)
    newest = features / f"valid/{folds.latest}.parquet"
    between: dict[str, dict[str, Any]] = {
        kind: skew.between(
            skew.read([file for file in files if file != newest], [kind], run.seed),
            skew.read([newest], [kind], run.seed),
            run,
        )
        for kind in kinds
        if len(files) > 1
    }
    skews = {}
    for name, (asked_as, rows) in met.items():
        # Rows of like queries where the ranker learned from such: one kind differs from the other by what it asks.
        kind = asked_as if asked_as in kinds else kinds[0]
        skews[name] = skew.skew(learned[kind], rows, settings.max_psi, run) | {"like": kind}
    about = read_json(Path("metrics/ranker.json"))
    report = verdict.report(found, about, skews, between, settings)
    for line in report["warnings"]:
        print(f"warning: {line}")
    write_json(report, Path("metrics/audit.json"))
    write_text(audit_page.page(report, about), Path("plots/audit.html"))
    verdict.judge(report)


if __name__ == "__main__":
    stages.run(main)
