"""Beside the ranker: what the holdout says of other choices than those of params.yaml."""

from pathlib import Path

import pyarrow.parquet as pq

import stages
from twostage.base import params
from twostage.base.params import Run
from twostage.base.store import read_json, write_json
from twostage.ranking import choices, ranker, reading, training
from twostage.ranking.choices import Choices, InUse
from twostage.ranking.ranker import Ranker
from twostage.split import ValidFolds

MEMBERS = Path("data/ranker/holdout")


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    choice, found = read_json(Path("data/ranker/choice.json")), {}
    features = Path("data/features/valid")
    has_percent = training.PERCENT in pq.read_schema(features / f"{folds.latest}.parquet").names
    asked = choices.others(settings, params.load(Choices), has_percent)
    if asked:
        wanted = choices.wanted(choice["holdout_from"], [*asked.values()], settings)
        late, *early = reading.read(features, folds.valid_folds, wanted, run)
        members = {path.stem: ranker.load(path) for path in sorted(MEMBERS.glob("*.cbm"))}
        model = ranker.load(Path("data/ranker/holdout.cbm"))
        used = InUse(settings, choice["losses"], choice["trees"], model, members)
        found = choices.compared(late, early, asked, used, run)
    write_json(found, Path("data/ranker/choices.json"))


if __name__ == "__main__":
    stages.run(main)
