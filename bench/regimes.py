"""The default parameters on simulated logs of other kinds: python -m bench.regimes [NAME ...].

bench/regimes.yaml says what kinds there are. Each log is simulated (one with times by `bench.hourly`), and the last two
periods of it are cutoffs of a backtest: level 1, features and the ranker with its holdout as in a run, the dates apart
nothing set. Printed: NDCG@k of horizon queries, mean of the cutoffs, of the ranker, fusion and the best generator (the
one that is best in hindsight).
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import stages
from bench import hourly
from twostage import datasets, split
from twostage.backtest.replay import Replay, World
from twostage.backtest.rolling import cutoffs
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Generators
from twostage.base.tables import LogTables
from twostage.datasets import Data, raw
from twostage.lists import FUSION, RANKER
from twostage.prepare import encode
from twostage.queries import HORIZON
from twostage.split import Split

SETTINGS = Path("bench/regimes.yaml")
HOURLY = "hourly"  # the sizes of a log that `bench.hourly` makes
CUTOFFS = 2
SEGMENTS = ("warm", "cold")


def values(regime: dict[str, Any]) -> dict[str, Any]:
    """params.yaml with the regime's log; the test begins behind its end, so that the last period is a cutoff's test."""
    given = params.document()
    if HOURLY in regime:
        own, test_start = {}, (hourly.FIRST + timedelta(days=hourly.DAYS)).date()
    else:
        own = {"data": given["data"] | {"source": "simulated", "simulated": regime["simulated"]}}
        test_start = split.date_of(datasets.facts(params.of(Data, given | own)).last_day + 1)
    dates = {"valid_start": str(test_start - timedelta(days=regime["days"])), "test_start": str(test_start)}
    return given | own | {"split": given["split"] | dates}


def tables(regime: dict[str, Any], wanted: dict[str, Any]) -> LogTables:
    with TemporaryDirectory() as folder:
        if HOURLY in regime:
            hourly.write(Path(folder), **regime[HOURLY], seed=wanted["seed"])
        else:
            datasets.fetch(params.of(Data, wanted), wanted["seed"], Path(folder))
        return encode(raw.read(Path(folder), {}))


def measured(regime: dict[str, Any]) -> pd.DataFrame:
    """segment, system, ndcg: mean over the cutoffs that have such users."""
    wanted = values(regime)
    found = tables(regime, wanted)
    world = World(found, wanted)
    seen = []
    with TemporaryDirectory() as folder:
        replay = Replay(world, wanted, Path(folder))
        for cutoff in cutoffs(params.of(Split, wanted), world.first_day, CUTOFFS):
            for system, protocols in replay.result(cutoff).items():
                said = protocols[HORIZON]
                seen += [(segment, system, said[segment]["ndcg"]) for segment in SEGMENTS if segment in said]
    table = pd.DataFrame(seen, columns=["segment", "system", "ndcg"])
    return table.groupby(["segment", "system"])["ndcg"].mean().reset_index()


def line(name: str, table: pd.DataFrame, generators: list[str]) -> str:
    cells = [name]
    for segment in SEGMENTS:
        of_system = table[table["segment"] == segment].set_index("system")["ndcg"]
        alone = of_system[of_system.index.isin(generators)]
        if alone.empty:
            cells += ["-"] * 4
            continue
        gain = of_system[RANKER] / alone.max() - 1 if alone.max() else float("nan")
        best = f"{alone.idxmax()} {alone.max():.3f}"
        cells += [best, f"{of_system[FUSION]:.3f}", f"{of_system[RANKER]:.3f}", f"{gain:+.0%}"]
    return f"| {' | '.join(cells)} |"


def main(*names: str) -> None:
    regimes = params.document(SETTINGS)
    if unknown := [name for name in names if name not in regimes]:
        raise InputError(f"{SETTINGS} has no {', '.join(unknown)}; it has {', '.join(regimes)}")
    generators = params.load(Generators).generators
    rows = [
        f"| log | {' | '.join(f'{s}: best alone | fusion | ranker | gain' for s in SEGMENTS)} |",
        "| --- " * 9 + "|",
    ]
    rows += [line(name, measured(regimes[name]), generators) for name in names or regimes]
    print("\n".join(rows))


if __name__ == "__main__":
    stages.run(main)
