"""The user's own files, the split against the days of the log, the target's column, before any output is removed."""

from pathlib import Path

import stages
from twostage import datasets, params, queries, split
from twostage.datasets import Data
from twostage.queries import Target
from twostage.split import Split
from twostage.store import write_json


def main() -> None:
    facts = datasets.facts(params.load(Data))
    split.folds(params.load(Split), facts.first_day, facts.last_day)
    queries.check_target(params.load(Target), facts.columns)
    write_json({"valid": True}, Path("data/checked/data.json"))


if __name__ == "__main__":
    stages.run(main)
