"""Every system on rolling cutoffs before the test: python -m stages.backtest [CUTOFFS [SEEDS]]; needs data/log.

No stage of dvc.yaml. Writes backtest/backtest.json, backtest/backtest.csv and, to go on from, backtest/kept/.
"""

from pathlib import Path

import stages
from twostage.backtest import backtest, rolling
from twostage.backtest.replay import World
from twostage.base import counts, params
from twostage.base.store import write_csv, write_json
from twostage.base.tables import LogTables
from twostage.sizes import Cut
from twostage.split import Split

FOLDER = Path("backtest")


def main(cutoffs: str = "4", seeds: str = "1") -> None:
    values, n_cutoffs, n_seeds = params.document(), counts.count("CUTOFFS", cutoffs), counts.count("SEEDS", seeds)
    world = World(LogTables.read(), values)
    found = rolling.cutoffs(params.of(Split, values), world.first_day, n_cutoffs)
    for cutoff in found:
        names = ", ".join(fold.name for fold in cutoff.valid)
        print(f"{cutoff.start}: tested for {cutoff.split.test_days} days, trained on {names}")
    if len(found) < n_cutoffs:
        print(f"no room in the log for a valid fold before the other {n_cutoffs - len(found)}")
    table = backtest.summary(backtest.run(world, values, FOLDER / "kept", found, n_seeds))
    write_csv(table, FOLDER / "backtest.csv")
    write_json(backtest.as_json(table, found), FOLDER / "backtest.json")
    print(backtest.text(table, params.of(Cut, values).k))


if __name__ == "__main__":
    stages.run(main)
