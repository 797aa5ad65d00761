"""The user's files, the split, columns that parameters ask for; then leftovers of folds and generators are removed."""

from pathlib import Path

import stages
from twostage import datasets, generators, queries, split
from twostage.base import memory, params
from twostage.base.params import Generators, Room
from twostage.base.store import write_json
from twostage.datasets import Data
from twostage.generators import als, ease
from twostage.leftovers import sweep
from twostage.queries import Target
from twostage.ranking import training
from twostage.ranking.training import Label
from twostage.sizes import Candidates, Keep, proposed
from twostage.split import Split


def main() -> None:
    facts, settings = datasets.facts(params.load(Data)), params.load(Split)
    folds = split.folds(settings, facts.first_day, facts.last_day)
    target = params.load(Target)
    queries.check_target(target, facts.columns)
    if facts.rows is not None:
        split.check_rows(folds, facts.rows["day"].to_numpy())
        queries.check_relevant(folds, facts.rows, target)
    listed, keep = params.load(Generators).generators, params.load(Keep)
    places = generators.places(listed, params.load(Candidates).n)
    memory.check_log(facts.n_rows, proposed(places.values(), keep, facts.catalogue), params.load(Room))
    if "als" in listed:
        als.check_columns(params.load(als.Weighing).watched_power, facts.columns)
    if "ease" in listed:
        ease.check_items(params.load(ease.Limit).max_items, facts.items)
    training.check_label(params.load(Label), "watched_pct" in facts.columns)
    # Only now: everything is known to be good, so nothing is removed by a run that then fails for its input.
    valid = {*settings.valid_folds}
    kept = {Path("data/models"): {*listed}, Path("data/candidates/valid"): valid, Path("data/features/valid"): valid}
    for path in sweep(kept):
        print(f"removed {path}: no stage writes it")
    write_json({"valid": True}, Path("data/checked/data.json"))


if __name__ == "__main__":
    stages.run(main)
