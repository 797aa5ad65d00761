"""Better parameters by rolling cutoffs before the test: python -m stages.tune [TRIALS [TIMEOUT [CUTOFFS [SECTIONS]]]].

TIMEOUT: seconds in all; SECTIONS: of settings/tune.yaml, with commas between them, or all.
No stage of dvc.yaml; needs data/log and settings/tune.yaml. Writes tune/proposal.yaml, for
`python -m stages.apply`, tune/trials.csv, tune/tune.png and, to go on from, tune/journal.log and tune/kept/.
"""

from pathlib import Path

import stages
from twostage.backtest import rolling, space, tune
from twostage.backtest.replay import World
from twostage.base import counts, params
from twostage.base.errors import InputError
from twostage.base.params import Generators
from twostage.base.store import write_csv, write_text
from twostage.base.tables import LogTables
from twostage.lists import RANKER
from twostage.plots import tuning
from twostage.split import Split

SPACE, FOLDER = Path("settings/tune.yaml"), Path("tune")


def main(trials: str = "20", timeout: str = "3600", cutoffs: str = "2", sections: str = "ranker") -> None:
    n_trials, n_seconds, n_cutoffs = (
        counts.count(name, word) for name, word in (("TRIALS", trials), ("TIMEOUT", timeout), ("CUTOFFS", cutoffs))
    )
    values, tables = params.document(), LogTables.read()
    searched, off = space.fitting(space.read(SPACE), values, tables.interactions.columns)
    if off:
        print(f"{SPACE}: not tried, since params.yaml or the log has no use for it: {', '.join(off)}")
    known = [name for name in searched.sections() if name in (RANKER, *params.of(Generators, values).generators)]
    listed = known if sections == "all" else sections.split(",")
    if unknown := [name for name in listed if name not in known]:
        said = f"SECTIONS = {sections!r}: {unknown[0]!r} is off or not in {SPACE}"
        raise InputError(f"{said}; all, or of {', '.join(known)}")
    world = World(tables, values)
    found = rolling.cutoffs(params.of(Split, values), world.first_day, n_cutoffs)
    studies = tune.run(world, values, FOLDER, found, searched, listed, n_trials, n_seconds)
    table = tune.trials(studies)
    write_csv(table, FOLDER / "trials.csv")
    tuning.draw(table, FOLDER / "tune.png")
    proposal = tune.proposal(studies, found, searched)
    write_text(proposal, FOLDER / "proposal.yaml")
    print(proposal, end="")


if __name__ == "__main__":
    stages.run(main)
