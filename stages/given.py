"""What was watched on the days of the valid and test folds' daily queries, proposed or not, to rows with features."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import featurise, generators
from twostage.base import params, tables, workers
from twostage.base.params import Generators, Run
from twostage.base.store import write_text
from twostage.base.tables import LogTables
from twostage.engine.source import Source
from twostage.featurise import Part
from twostage.generators.kinds.generator import Generator, Kept
from twostage.liked import label, pairs
from twostage.past.asof import Queries
from twostage.ranking import training
from twostage.reports import Observed
from twostage.split import TEST, Fold, ValidFolds


class Loaded(NamedTuple):
    source: Source
    generators: list[str]
    models: Callable[[str], dict[str, Generator]]  # as fitted for a fold; parts of a fold stand together


class Asked(NamedTuple):
    fold: str
    part: Part
    watched: pd.DataFrame  # of these queries, see `pairs.watched`


def candidates(fold: str) -> Path:
    return Path("data/candidates") / ("" if fold == TEST else "valid") / f"{fold}.parquet"


def load(threads: int) -> Loaded:
    run, listed = params.load(Run).on(threads), params.load(Generators).generators

    def fitted(fold: str) -> dict[str, Generator]:
        return generators.fitted(Path("data/models"), fold, listed, run)

    return Loaded(Source(*LogTables.read(), run), listed, partial(Kept().of, compute=fitted))


def rows(loaded: Loaded, asked: Asked) -> pd.DataFrame:
    """Features of the pairs, and their user, day and label."""
    source, listed, models = loaded
    queries, watched = asked.part.queries, asked.watched
    first, last = asked.part.span
    # The span says which parts of the file are read at all.
    wanted = [("query", ">=", first), ("query", "<=", last), ("query", "in", queries["query"].tolist())]
    union = pd.read_parquet(candidates(asked.fold), filters=wanted)
    known = pairs.as_proposed(watched, queries, Queries.of(queries, source.log), union, models(asked.fold))
    found = featurise.featurise(source, queries, known, listed, asked.part.days)
    return found.assign(**{name: watched[name].to_numpy() for name in ("user", "day", "label")})


def parts(fold: str, liked: pd.DataFrame, most: int, run: Run) -> list[Asked]:
    queries = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
    log, items = (pq.read_metadata(f"data/log/{name}.parquet").num_rows for name in ("interactions", "items"))
    watched = pairs.watched(liked, queries)
    if fold != TEST:
        watched = training.capped(watched, most, run.seed)
    size = featurise.at_once(len(queries), pq.read_metadata(candidates(fold)).num_rows, log, run)
    found = featurise.parts(queries[queries["query"].isin(watched["query"])], items, size)
    return [Asked(fold, part, watched[watched["query"].between(*part.span)]) for part in found]


def main() -> None:
    run, settings, valid = params.load(Run), params.load(Observed), params.load(ValidFolds).valid_folds
    start, log = Fold.read(Path("data/folds/test")).start, pd.read_parquet("data/log/interactions.parquet")
    liked = label.liked(log, start, settings.watched_pct).rows
    asked = [part for fold in (*valid, TEST) for part in parts(fold, liked, settings.max_pairs, run)]
    Path("data/given").mkdir(exist_ok=True)
    if not asked:
        # DVC warns of an empty folder.
        write_text("The log doesn't say what was liked.\n", Path("data/given/README.txt"))
        return
    about = f"given: {sum(len(part.watched) for part in asked)} watched pairs"
    found = workers.in_order(load, rows, asked, run.threads, about)
    for fold, of_fold in groupby(zip(asked, found, strict=True), key=lambda pair: pair[0].fold):
        tables.write_parts((table for _, table in of_fold), Path(f"data/given/{fold}.parquet"))


if __name__ == "__main__":
    stages.run(main)
