"""Which of the pairs watched in the test were liked, by models that learned it from the valid folds': observed.json."""

from pathlib import Path
from typing import Any

import pandas as pd

import stages
from twostage.base import params
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
    rule = label.liked(log, start, params.load(Observed).watched_pct).rule
    given = {path.stem: pd.read_parquet(path) for path in sorted(Path("data/given").iterdir())}
    test, none = given.pop(TEST, None), pd.DataFrame({"label": []})
    taught = training.joined(given[fold] for fold in valid if fold in given) if given else none
    report: dict[str, Any] = {"left_out": judge.left_out(rule, taught, none if test is None else test)}
    if test is not None and report["left_out"] is None:
        learned = models.learned(taught, settings, run) | {RANKER: ranker.load(Path("data/ranker/ranker.cbm"))}
        scores = {name: ranker.score(model, test, run) for name, model in learned.items()}
        alone = ["item_watched_pct", *(f"{name}_score" for name in params.load(Generators).generators)]
        scores |= {name: test[name].to_numpy("float64") for name in alone if name in test}
        test["warm"] = test["user"].isin(log.loc[log["day"] < start, "user"])
        report = {"label": rule, "learned_from": len(taught)} | judge.judged(test, scores, models.CLASSIFIER)
    write_json(report, Path("metrics/observed.json"))


if __name__ == "__main__":
    stages.run(main)
