"""All lists merged against single lists as long, beyond N: python -m bench.unions [FOLDER] [NAME ...].

Reads a finished run in FOLDER, without one in this checkout. The run's own lists are N long, so
`metrics/generators.json` has no single list at a budget over N. Here the fitted models of NAMEs (without any all that
params.yaml lists) are asked for as many items as the largest of `compare.budgets`, whatever their `n_share`, on the
horizon queries of every valid fold and of the test. Printed for each budget, of all users and of warm ones: recall of
the lists merged in turns and cut to the budget; how many items these are, and N, the places of each list that they
take, means over users (N over those who fill the budget); recall of every single list that is as long for some user;
the best of these, and the gain over it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import stages
from twostage import generators
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.candidates import AT_ONCE
from twostage.compare.compare import at_budget, horizon
from twostage.compare.proposals import Proposals
from twostage.compare.tally import tally
from twostage.generators.kinds.generator import Generator
from twostage.metrics import merged, recall
from twostage.past.asof import Queries
from twostage.past.log import Log, of
from twostage.queries import read
from twostage.reports import Compare
from twostage.sizes import Keep
from twostage.split import TEST, Fold, ValidFolds

Ints = npt.NDArray[np.int32]
Row = dict[str, Any]


def taken(lists: list[Ints], budget: int) -> npt.NDArray[np.float64]:
    """[queries]: places of each list [queries, depth] that so many merged items take; NaN: there are fewer."""
    counts = merged.distinct(lists)
    turn = np.count_nonzero(counts < budget, axis=1)
    return np.where(counts[:, -1] >= budget, turn // len(lists) + 1, np.nan)


def proposed(queries: Queries, models: list[Generator], n: int, exclude_seen: bool) -> Iterator[Proposals]:
    for start in range(0, len(queries), AT_ONCE):
        part = queries.at(slice(start, start + AT_ONCE))
        lists = [model.retrieve(part, n, exclude_seen) for model in models]
        rows = slice(start, start + len(part))
        yield Proposals(rows, [found.items for found in lists], [found.scores for found in lists])


def measured(folder: Path, fold: str, names: list[str], log: Log) -> Iterator[Row]:
    """A row a budget and kind of users, see `compare.at_budget`."""
    file, place = folder / params.FILE, folder / "data/folds" / fold
    run, keep, budgets = params.load(Run, file), params.load(Keep, file), params.load(Compare, file).budgets
    queries, labels = read(place)
    asked, label_query, label_item = horizon(queries, labels)
    models = list(generators.fitted(folder / "data/models", fold, names, run).values())
    n, depth = max(budgets), np.empty((len(budgets), len(asked)))

    def noted(blocks: Iterator[Proposals]) -> Iterator[Proposals]:
        for block in blocks:
            depth[:, block.rows] = [taken(block.items, budget) for budget in budgets]
            yield block

    blocks = noted(proposed(Queries.of(asked, log), models, n, keep.exclude_seen))
    sizes = len(models), len(asked), log.n_items, n
    counted = tally(blocks, label_query, label_item, sizes, None, np.empty(0, np.int64))
    warm = np.isin(asked["user"], log.before(Fold.read(place).start).user)
    for users, mask in {"all": np.ones(len(asked), bool), "warm": warm}.items():
        if not mask[label_query].any():
            continue
        weight = recall.weights(label_query, mask)
        for budget, places in zip(budgets, depth, strict=True):
            reached = places[mask & ~np.isnan(places)]
            found = at_budget(counted, mask, weight, names, budget)
            yield {
                "fold": fold,
                "users": users,
                "budget": budget,
                "n": reached.mean() if len(reached) else None,
                **found,
            }


def line(row: Row, names: list[str]) -> str:
    single, n = row["single"], row["n"]
    best = max(single, key=single.get, default=None)
    cells = [row["fold"], row["users"], str(row["budget"]), f"{row['union']:.3f}", f"{row['union_candidates']:.0f}"]
    cells += ["-" if n is None else f"{n:.0f}", *(f"{single[name]:.3f}" if name in single else "-" for name in names)]
    cells += [best, f"{row['gain']:+.3f}"] if best else ["-", "-"]
    return f"| {' | '.join(cells)} |"


def check(folder: Path, folds: list[str], names: list[str]) -> None:
    """That the run has fitted what is asked for.

    Raises
    ------
    InputError
        Naming the first model that is missing.
    """
    for fold in folds:
        for name in names:
            generators.find(name)
            path = generators.model_file(folder / "data/models", name, fold)
            if not path.is_file():
                raise InputError(f"{path}: no such file, expected after a run with {name} among the generators")


def main(*words: str) -> None:
    given = bool(words) and (Path(words[0]) / params.FILE).is_file()
    folder, names = (Path(words[0]), list(words[1:])) if given else (Path(), list(words))
    names = names or params.load(Generators, folder / params.FILE).generators
    folds = [*params.load(ValidFolds, folder / params.FILE).valid_folds, TEST]
    check(folder, folds, names)
    log = of(LogTables.read(folder / "data/log"))
    heads = ["fold", "users", "budget", "union", "items", "N", *names, "best single", "gain"]
    print(f"| {' | '.join(heads)} |\n{'| --- ' * len(heads)}|")
    for fold in folds:
        for row in measured(folder, fold, names, log):
            print(line(row, names), flush=True)


if __name__ == "__main__":
    stages.run(main)
