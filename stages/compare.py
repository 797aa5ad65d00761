"""How the generators differ, on the valid and on the test period: metrics/generators.json."""

from pathlib import Path

import stages
from twostage import queries
from twostage.base import params
from twostage.base.params import Generators, Seed
from twostage.base.store import write_json
from twostage.base.tables import LogTables
from twostage.compare import compare, proposals
from twostage.past import log
from twostage.reports import Compare
from twostage.sizes import Candidates
from twostage.split import TEST, Fold, ValidFolds


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
        past, seed = whole.before(start), params.load(Seed).seed
        found[period] = compare.compare(candidates, asked, labels, past, start, listed, n, settings, seed)
    write_json(found, Path("metrics/generators.json"))


if __name__ == "__main__":
    stages.run(main)
