"""Second stage. Choose the losses and the number of trees on a holdout in time, then fit on every valid fold."""

from pathlib import Path

import stages
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.store import write_json
from twostage.ranking import fallback, holdout, ranker, reading, training
from twostage.ranking.ranker import Ranker
from twostage.ranking.reading import Wanted
from twostage.split import ValidFolds

MEMBERS = Path("data/ranker/holdout")


def main() -> None:
    settings, run, folds = params.load(Ranker), params.load(Run), params.load(ValidFolds)
    first = holdout.start(folds, settings)
    wanted = [Wanted(training.every, training.drawn, settings), *holdout.sides(first, settings)]
    rows, early, late = reading.read(Path("data/features/valid"), folds.valid_folds, wanted, run)
    print(f"ranker: {len(rows)} rows, {rows['query'].nunique()} queries, {rows['label'].sum()} positives")
    listed = params.load(Generators).generators
    choice, compared, model = holdout.fitted(rows, (early, late), listed, settings, run)
    kept, leading = ranker.words(choice.losses), fallback.noted(model)
    print(f"ranker: {kept}, {choice.trees} trees each; what leads the lists of warm and cold users: {leading}")
    ranker.save(model, Path("data/ranker/ranker.cbm"))
    ranker.save(choice.model, Path("data/ranker/holdout.cbm"))
    for name, member in choice.members.items():
        ranker.save(member, MEMBERS / f"{name}.cbm")
    about = {"holdout_from": first, "beside": compared, "leads": leading}
    write_json(choice.as_json() | about, Path("data/ranker/choice.json"))


if __name__ == "__main__":
    stages.run(main)
