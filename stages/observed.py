"""Which of the pairs watched in the test were liked, by models that learned it from the valid folds': observed.json."""

from pathlib import Path
from typing import Any

import pandas as pd

import stages
from twostage.base import params, tables
from twostage.base.params import Generators, Run
from twostage.base.store import write_json
from twostage.liked import judge, label, models
from twostage.lists import RANKER
from twostage.ranking import ranker, training
from twostage.ranking.ranker import Ranker
from twostage.reports import Observed
from twostage.split import TEST, Fold, ValidFolds


def main() -> None:
    run, settings, valid = params.load(Run), params.load(Ranker), params.load(ValidFolds).valid_folds
    start, log = Fold.read(Path("data/folds/test")).start, pd.read_parquet("data/log/interactions.parquet")
    size = params.load(Observed)
    rule = label.liked(log, start, size.watched_pct).rule
    files = {path.stem: path for path in Path("data/given").iterdir()}
    taught = [pd.read_parquet(files[fold]) for fold in valid if fold in files]
    test = pd.read_parquet(files[TEST], columns=judge.COLUMNS) if TEST in files else pd.DataFrame()
    report: dict[str, Any] = {"left_out": judge.left_out(rule, taught, test)}
    if report["left_out"] is None:
        rows = training.joined(taught)
        learned = models.learned(rows, size, settings, run) | {RANKER: ranker.load(Path("data/ranker/ranker.cbm"))}
        alone = ["item_watched_pct", *(f"{name}_score" for name in params.load(Generators).generators)]
        scores = pd.concat(
            pd.DataFrame({name: ranker.score(model, part, run) for name, model in learned.items()}).assign(
                **{name: part[name] for name in alone if name in part}
            )
            for part in tables.read_parts(files[TEST])
        )
        warm = test["user"].isin(log.loc[log["day"] < start, "user"]).to_numpy()
        found = judge.judged(
            test, warm, {str(name): scores[name].to_numpy("float64") for name in scores}, models.CLASSIFIER
        )
        report = {"label": rule, "learned_from": len(rows)} | found
    write_json(report, Path("metrics/observed.json"))


if __name__ == "__main__":
    stages.run(main)
