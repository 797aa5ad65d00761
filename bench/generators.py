"""CPU seconds and peak memory of every generator of params.yaml, one process each, beside the simplest baselines.

    python -m bench.generators [SHARE ...] [NAME ...]

Without a SHARE on the log of this checkout, where `dvc repro` has run. Each SHARE means a simulated log of that share
of KION's size (see `bench.scale`); of several, the last rows say with which power of the users the seconds of a fit, of
lists and scores for all users, and the memory grow from the first to the last. NAMEs pick generators and baselines.

A generator is fitted on the whole log and asked of the day after it, for at most 20,000 users in shards, as in the
final fold. `fit` holds what the first query of a log prepares for all. `retrieve` and `score` are microseconds of CPU
for each of the N candidates of a query: of naming them, and of scoring as many pairs. `ratio` is `retrieve` over that
of `product-WIDTH`: vectors of as many numbers as the generator has factors, multiplied on one thread into memory that
is there, with no place sought among the products and no history asked. `epoch` is of a network, whose bound on the
steps may lie before or behind the end of one: CPU seconds of its steps, over the steps that it did, times the steps of
an epoch (rows over batch, rounded up). The baseline `implicit` is its own ALS and `recommend`, `torch` a product as
wide as als, cut to the N highest by torch.topk as RecTools does it; `sum` adds up the fits of the generators.
"""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import stages
from bench.generator_cost import BASELINES, PRODUCT, Cost
from twostage.base import params
from twostage.base.params import Generators

HEADS = ("share", "generator", "users", "fit s", "epoch s", "retrieve", "ratio", "score", "peak MB")
LINE = "{:>7}  {:<16}{:>10}{:>9}{:>9}{:>10}{:>7}{:>9}{:>9}"


def main(*words: str) -> None:
    shares: list[float | None] = [float(word) for word in words if word[0].isdigit()]
    names = [word for word in words if not word[0].isdigit()]
    names = names or [*params.load(Generators).generators, *BASELINES]
    found: dict[str, list[Cost]] = {name: [] for name in names}
    print(LINE.format(*HEADS))
    with TemporaryDirectory() as temporary:
        for share in shares or [None]:
            folder = "data/log" if share is None else str(Path(temporary) / str(share))
            if share is not None:
                _child("simulate", str(share), folder)
            for name, cost in _costs(names, folder):
                if name in found:
                    found[name].append(cost)
                print(_line(share, name, cost), flush=True)
            fits = sum(found[name][-1]["fit"] for name in names if name not in BASELINES)
            print(LINE.format(share or "", "sum", "", f"{fits:.2f}", *[""] * 5), flush=True)
    for name, costs in found.items() if len(shares) > 1 else ():
        fit, retrieve, score, peak = (f"{power:.2f}" for power in _powers(costs[0], costs[-1]))
        print(LINE.format("power", name, "", fit, "", retrieve, "", score, peak))


def _costs(names: list[str], folder: str) -> Iterator[tuple[str, Cost]]:
    """Of every generator and baseline, and before the first generator of a width of the product as wide."""
    products: dict[str, Cost] = {}
    for name in names:
        cost = json.loads(_child("measure", name, folder))
        if "width" in cost:
            product = f"{PRODUCT}{cost['width']}"
            if product not in products:
                products[product] = json.loads(_child("measure", product, folder))
                yield product, products[product]
            cost["ratio"] = cost["retrieve"] / products[product]["retrieve"]
        yield name, cost


def _line(share: float | None, name: str, cost: Cost) -> str:
    digits = {"users": 0, "fit": 2, "epoch": 2, "retrieve": 3, "ratio": 1, "score": 3, "peak": 0}
    cells = (f"{cost[key]:.{places}f}" if key in cost else "" for key, places in digits.items())
    return LINE.format(share or "", name, *cells)


def _powers(first: Cost, last: Cost) -> Iterator[float]:
    """With which power of the users the seconds and the memory grow, lists and scores those of all users."""
    for key in ("fit", "retrieve", "score", "peak"):
        before, after = (cost[key] * (cost["users"] if key in ("retrieve", "score") else 1) for cost in (first, last))
        yield math.log(after / before) / math.log(last["users"] / first["users"]) if before and after else math.nan


def _child(*words: str) -> str:
    """What a process of `bench.generator_cost` prints.

    Raises
    ------
    SystemExit
        If it fails.
    """
    done = subprocess.run([sys.executable, "-m", "bench.generator_cost", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}bench.generator_cost {' '.join(words)} failed with exit code {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    stages.run(main)
