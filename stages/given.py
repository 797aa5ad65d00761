"""What was watched on the days of the valid and test folds' daily queries, proposed or not, to rows with features."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import featurise, generators, given, likes, training
from twostage.base import memory, params, tables, workers
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.engine.source import Source
from twostage.featurise import Part
from twostage.generators.kinds.generator import Generator
from twostage.past.asof import Queries
from twostage.reports import Observed
from twostage.split import TEST, Fold, ValidFolds


class Loaded(NamedTuple):
    source: Source
    models: dict[str, dict[str, Generator]]  # by fold


class Asked(NamedTuple):
    fold: str
    part: Part
    pairs: pd.DataFrame  # of these queries, see `given.watched`


def candidates(fold: str) -> Path:
    return Path("data/candidates") / ("" if fold == TEST else "valid") / f"{fold}.parquet"


def load(folds: list[str], threads: int) -> Loaded:
    run, listed = params.load(Run).on(threads), params.load(Generators).generators
    models = {fold: generators.fitted(Path("data/models"), fold, listed, run) for fold in folds}
    return Loaded(Source(*LogTables.read(), run), models)


def rows(loaded: Loaded, asked: Asked) -> pd.DataFrame:
    """Features of the pairs, and their user, day and label."""
    (first, last), models = asked.part.span, loaded.models[asked.fold]
    union = pd.read_parquet(candidates(asked.fold), filters=[("query", ">=", first), ("query", "<=", last)])
    queries = Queries.of(asked.part.queries, loaded.source.log)
    known = given.given(asked.pairs, asked.part.queries, queries, union, models)
    found = featurise.of_part(loaded.source, asked.part, known, list(models))
    return found.assign(**{name: asked.pairs[name].to_numpy() for name in ("user", "day", "label")})


def parts(fold: str, liked: pd.DataFrame, most: int, run: Run) -> list[Asked]:
    queries = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
    log, items = (pq.read_metadata(f"data/log/{name}.parquet").num_rows for name in ("interactions", "items"))
    a_query = pq.read_metadata(candidates(fold)).num_rows * memory.DISTINCT // max(len(queries), 1)
    size = memory.at_once(featurise.PART, run, log, memory.FEATURE_LOG, max(a_query, 1))
    pairs = given.watched(liked, queries)
    if fold != TEST:
        pairs = training.capped(pairs, most, run.seed)
    found = featurise.parts(queries[queries["query"].isin(pairs["query"])], items, size)
    return [Asked(fold, part, pairs[pairs["query"].between(*part.span)]) for part in found]


def main() -> None:
    run, folds = params.load(Run), [*params.load(ValidFolds).valid_folds, TEST]
    start, log = Fold.read(Path("data/folds/test")).start, pd.read_parquet("data/log/interactions.parquet")
    settings = params.load(Observed)
    liked = likes.likes(log, start, settings.watched_pct).rows
    asked = [part for fold in folds for part in parts(fold, liked, settings.max_pairs, run)]
    about = f"given: {sum(len(part.pairs) for part in asked)} watched pairs"
    found = workers.in_order(partial(load, folds), rows, asked, run.threads, about)
    by_fold: dict[str, list[pd.DataFrame]] = {}
    for part, of_part in zip(asked, found, strict=True):
        by_fold.setdefault(part.fold, []).append(of_part)
    folder = Path("data/given")
    folder.mkdir(exist_ok=True)
    for fold, of_fold in by_fold.items():  # a fold of a log that doesn't say what was liked has none
        tables.write(pd.concat(of_fold, ignore_index=True), folder / f"{fold}.parquet")


if __name__ == "__main__":
    stages.run(main)
