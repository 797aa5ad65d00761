"""Beside the ranker: what the holdout says of other choices than those of params.yaml."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from tqdm import tqdm

import stages
from twostage import choices, holdout, ranker, training
from twostage.base import params
from twostage.base.params import Run
from twostage.base.store import read_json, write_json
from twostage.choices import Choices
from twostage.ranker import Ranker
from twostage.split import ValidFolds

FOLDER, FOUND = Path("data/features/valid"), Path("data/ranker/choices.json")


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    choice = read_json(Path("data/ranker/choice.json"))

    def side(which: int, params: Ranker) -> pd.DataFrame:
        def draws(rows: pd.DataFrame) -> list[pd.DataFrame]:
            return [holdout.taken(rows, choice["holdout_from"], params, run)[which]]

        return training.read_each(FOLDER, folds.valid_folds, draws, run)[0]

    has_percent = training.PERCENT in pq.read_schema(FOLDER / f"{folds.latest}.parquet").names
    others = choices.others(settings, params.load(Choices), has_percent)
    if not others:
        write_json({}, FOUND)
        return
    late, models = side(1, settings), {}
    for name, other in tqdm(others.items(), desc="ranker: other choices compared on the holdout", unit="choice"):
        model = choices.trained(side(0, other), other, late, choice["loss"], choice["trees"], run)
        if model is None:
            print(f"{name}: nothing that was watched before the holdout to learn from, left out")
        else:
            models[name] = model
    used = ranker.load(Path("data/ranker/holdout.cbm"))
    write_json(choices.judged(late, used, models, settings.select_at, run), FOUND)


if __name__ == "__main__":
    stages.run(main)
