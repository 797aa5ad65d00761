"""How the generators differ, on the valid and on the test period: metrics/generators.json."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

import stages
from twostage import generators, queries
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.store import write_json
from twostage.base.tables import LogTables
from twostage.compare import budgets, compare, proposals
from twostage.compare.proposals import Proposals
from twostage.past import log
from twostage.past.asof import Queries
from twostage.past.log import Log
from twostage.reports import Compare
from twostage.sizes import Candidates, Keep
from twostage.split import TEST, Fold, ValidFolds


def longer(fold: str, whole: Log, asked: pd.DataFrame) -> Iterator[Proposals]:
    """Lists of the models fitted for the fold, as long as the largest budget."""
    models = generators.fitted(Path("data/models"), fold, params.load(Generators).generators, params.load(Run))
    n, unseen = max(params.load(Compare).budgets), params.load(Keep).exclude_seen
    return budgets.proposed(Queries.of(asked, whole), list(models.values()), n, unseen)


def main() -> None:
    latest = params.load(ValidFolds).latest
    periods = {"valid": (latest, f"valid/{latest}"), "test": (TEST, TEST)}
    listed, settings, n = params.load(Generators).generators, params.load(Compare), params.load(Candidates).n
    whole = log.of(LogTables.read())
    found = {}
    for period, (fold, path) in periods.items():
        folder = Path("data/folds", fold)
        asked, labels = queries.read(folder)
        start = Fold.read(folder).start
        candidates = proposals.read(Path(f"data/candidates/{path}.parquet"), listed)
        past, seed, more = whole.before(start), params.load(Run).seed, partial(longer, fold, whole)
        found[period] = compare.compare(candidates, more, asked, labels, past, start, listed, n, settings, seed)
    write_json(found, Path("metrics/generators.json"))


if __name__ == "__main__":
    stages.run(main)
