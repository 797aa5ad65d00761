"""Which of the pairs watched in the test were liked, by models that learned it from the valid folds'."""

from pathlib import Path

import pandas as pd

import stages
from twostage import likes, ranker, training, variants
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.store import write_json
from twostage.lists import RANKER
from twostage.proof import observed
from twostage.ranker import Ranker
from twostage.reports import Observed
from twostage.split import TEST, Fold, ValidFolds


def main() -> None:
    run, settings, listed = params.load(Run), params.load(Ranker), params.load(Generators).generators
    start, log = Fold.read(Path("data/folds/test")).start, pd.read_parquet("data/log/interactions.parquet")
    rule = likes.likes(log, start, params.load(Observed).watched_pct).rule
    warm = log.loc[log["day"] < start, "user"].unique()
    files = {file.stem: file for file in Path("data/given").iterdir()}
    valid = [pd.read_parquet(files[fold]) for fold in params.load(ValidFolds).valid_folds if fold in files]
    learned = training.joined(valid) if valid else pd.DataFrame({"label": []})
    test = pd.read_parquet(files[TEST]) if TEST in files else learned.iloc[:0]
    reason = observed.left_out(rule, learned, test)
    report: dict[str, object] = {"left_out": reason}
    if reason is None:
        models = variants.of_likes(learned, settings, run) | {RANKER: ranker.load(Path("data/ranker/ranker.cbm"))}
        scores = {name: ranker.score(model, test, run) for name, model in models.items()}
        alone = [name for name in ("item_watched_pct", *(f"{name}_score" for name in listed)) if name in test]
        scores |= {name: test[name].to_numpy("float64") for name in alone}
        test["warm"] = test["user"].isin(warm)
        report = {"label": rule, "learned_from": len(learned)} | observed.observed(test, scores, variants.CLASSIFIER)
    write_json(report, Path("metrics/observed.json"))


if __name__ == "__main__":
    stages.run(main)
