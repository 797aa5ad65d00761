"""What each generator adds to a set, by candidate and by second: python -m bench.marginal FOLDER NAME ...

Reads the candidates of the valid folds of a run in FOLDER whose params.yaml lists all generators that are compared. The
NAMEs are the set: of each of them, what the recall of all their lists together loses without it; of every other one,
what it gains with it. Warm users' horizon queries; recall is the mean over users of found / all relevant, candidates
the distinct items a query that come or go with the generator. Seconds are those of CPU that one fit takes, for the
first of the folds. Recall is printed for every fold, and the mean of all.
"""

from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

import stages
from twostage import generators
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.compare import proposals
from twostage.compare.compare import horizon
from twostage.metrics import recall
from twostage.past.log import Log, of
from twostage.queries import read
from twostage.split import Fold, ValidFolds

HEADS = ["generator", "recall", "mean", "candidates", "recall per 100 of them", "seconds", "recall per second"]
LEAST = 0.05  # seconds of a fit from which it is divided by: below, the model is the log's own counts


class Added(NamedTuple):
    recall: float
    candidates: float


def added(folder: Path, fold: str, names: list[str], chosen: list[str], log: Log) -> tuple[Added, dict[str, Added]]:
    """Of the chosen together, and by name what each of them or of the others adds."""
    place = folder / "data/folds" / fold
    queries, labels = read(place)
    asked, label_query, label_item = horizon(queries, labels)
    warm = np.isin(asked["user"], log.before(Fold.read(place).start).user)
    rows = pd.concat(proposals.read(folder / f"data/candidates/valid/{fold}.parquet", names), ignore_index=True)
    row = np.searchsorted(asked["query"], rows["query"])
    known = (row < len(asked)) & (asked["query"].to_numpy()[np.minimum(row, len(asked) - 1)] == rows["query"])
    kept = known & warm[np.minimum(row, len(asked) - 1)]
    rows, row = rows[kept], row[kept]
    worth = pd.Series(recall.weights(label_query, warm), [label_query, label_item])
    weight = worth.reindex([row, rows["item"]]).fillna(0).to_numpy()
    proposed = {name: rows[f"{name}_rank"].notna().to_numpy() for name in names}

    def of(some: list[str]) -> Added:
        union = np.logical_or.reduce([proposed[name] for name in some])
        return Added(float(weight[union].sum()), float(union.sum() / warm.sum()))

    whole, found = of(chosen), {}
    for name in names:
        other = of([one for one in chosen if one != name] if name in chosen else [*chosen, name])
        found[name] = Added(abs(whole.recall - other.recall), abs(whole.candidates - other.candidates))
    return whole, found


def seconds(name: str, past: Log, file: Path) -> float:
    """CPU of a fit on the log, which keeps nothing of it for the next one."""
    model_class, log = generators.find(name), past.take(np.arange(len(past)))
    model, begun = model_class(params.load(model_class.Params, file), params.load(Run, file)), process_time()
    model.fit(log)
    return process_time() - begun


def line(name: str, of_folds: list[Added], cost: float) -> str:
    gains: npt.NDArray[np.float64] = np.array(of_folds)
    gain, size = gains.mean(axis=0)
    by_size = f"{100 * gain / size:.3f}" if size else "-"
    by_second = f"{gain / cost:.4f}" if cost >= LEAST else "-"
    cells = [name, " ".join(f"{value:.3f}" for value in gains[:, 0]), f"{gain:.3f}", f"{size:.0f}", by_size]
    return f"| {' | '.join([*cells, f'{cost:.1f}', by_second])} |"


def main(*words: str) -> None:
    folder, chosen = Path(words[0]) if words else Path(), list(dict.fromkeys(words[1:]))
    if len(chosen) < 2:
        raise InputError("usage: python -m bench.marginal FOLDER NAME NAME ..., a set of two or more generators")
    file = folder / params.FILE
    names = params.load(Generators, file).generators
    if unknown := sorted(set(chosen) - set(names)):
        raise InputError(f"{file}: generators: {', '.join(unknown)} isn't among them, known: {', '.join(names)}")
    names = chosen + [name for name in names if name not in chosen]
    log = of(LogTables.read(folder / "data/log"))
    folds = params.load(ValidFolds, file).valid_folds
    found = [added(folder, fold, names, chosen, log) for fold in folds]
    for fold, (whole, _) in zip(folds, found, strict=True):
        print(f"{fold}: recall {whole.recall:.3f} of {whole.candidates:.0f} candidates a query")
    print(f"\n| {' | '.join(HEADS)} |\n{'| --- ' * len(HEADS)}|")
    past = log.before(Fold.read(folder / "data/folds" / folds[0]).start)
    for name in names:
        shown = f"**{name}**" if name in chosen else name
        print(line(shown, [of_fold[name] for _, of_fold in found], seconds(name, past, file)), flush=True)


if __name__ == "__main__":
    stages.run(main)
