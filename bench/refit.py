"""What refitting level 1 costs or gains on the test fold: python -m bench.refit [FOLDER].

Reads a finished run. The ranker learned from the scores of models that were fitted before the valid folds; in the test
it meets models that were refitted on everything before the test, and their scores may stand on another scale. So the
test's horizon queries are answered twice by the same ranker, with the models of the latest valid fold and with the
refitted ones: the same functions, the same histories as of the day.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import stages
from twostage import generators, lists, serve
from twostage.base import params
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.evaluate import evaluate
from twostage.judged import judged
from twostage.queries import HORIZON, read
from twostage.ranking import ranker
from twostage.sizes import Candidates, Cut, Keep
from twostage.split import TEST, Fold, ValidFolds

SHARD = 5000  # queries answered at once
SHOWN = ("ndcg", "map")


def answers(folder: Path, fold: str, queries: pd.DataFrame, source: Source) -> Iterator[pd.DataFrame]:
    """Lists of every system (see `lists.of_systems`) with the generators as they were fitted for a fold."""
    file = folder / params.FILE
    run, keep, names = params.load(Run, file), params.load(Keep, file), params.load(Generators, file).generators
    models = generators.fitted(folder / "data/models", fold, names, run)
    model = ranker.load(folder / "data/ranker/ranker.cbm")
    retrieval = Retrieval(models, params.load(Candidates, file).n, keep)
    loaded = serve.Loaded(source, retrieval, model, run)
    for start in range(0, len(queries), SHARD):
        found = serve.answer(queries.iloc[start : start + SHARD], loaded)
        yield lists.of_systems(found.rows, found.score, names, keep.keep)


def measured(folder: Path, fold: str, source: Source) -> pd.DataFrame:
    """segment, system, ndcg, map of the test's horizon queries."""
    place = folder / "data/folds" / TEST
    queries, labels = read(place)
    asked = queries[queries["protocol"] == HORIZON].rename(columns={"query": "old"})
    # Queries are numbered by place: without the daily ones anew.
    asked.insert(0, "query", range(len(asked)))
    labels = labels.rename(columns={"query": "old"}).merge(asked[["old", "query"]], on="old")
    start = Fold.read(place).start
    k, run = params.load(Cut, folder / params.FILE).k, params.load(Run, folder / params.FILE)
    listed = pd.concat(answers(folder, fold, asked, source))
    systems = lists.systems(params.load(Generators, folder / params.FILE).generators)
    test = judged(listed, systems, asked, labels, source.log, start, k, run.seed)
    report = evaluate(test, listed, source.log.before(start), k)
    return pd.DataFrame(
        {"segment": segment, "system": system} | {name: found[HORIZON][segment][name] for name in SHOWN}
        for system, found in report.items()
        for segment in ("warm", "cold")
        if segment in found[HORIZON]
    )


def compared(folder: Path) -> pd.DataFrame:
    """segment, system and each measure with the models of the latest valid fold and with the refitted ones."""
    source = Source(*LogTables.read(folder / "data/log"), params.load(Run, folder / params.FILE))
    latest = params.load(ValidFolds, folder / params.FILE).latest
    before, after = (measured(folder, fold, source) for fold in (latest, TEST))
    return before.merge(after, on=["segment", "system"], suffixes=(f" of {latest}", " refitted"))


def main(folder: str = ".") -> None:
    print(compared(Path(folder)).round(4).to_string(index=False))


if __name__ == "__main__":
    stages.run(main)
