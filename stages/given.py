"""What was watched on the days of the valid and test folds' daily queries, proposed or not, to rows with features."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq

import stages
from twostage import featurise, generators
from twostage.base import params, tables, workers
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.engine.source import Source
from twostage.featurise import Part
from twostage.generators.kinds.generator import Generator
from twostage.liked import label, pairs
from twostage.past.asof import Queries
from twostage.ranking import training
from twostage.reports import Observed
from twostage.split import TEST, Fold, ValidFolds


class Loaded(NamedTuple):
    source: Source
    models: dict[str, Generator]
    candidates: Path


class Asked(NamedTuple):
    part: Part
    watched: pd.DataFrame  # of these queries, see `pairs.watched`


def load(fold: str, candidates: Path, threads: int) -> Loaded:
    run = params.load(Run).on(threads)
    models = generators.fitted(Path("data/models"), fold, params.load(Generators).generators, run)
    return Loaded(Source(*LogTables.read(), run), models, candidates)


def rows(loaded: Loaded, asked: Asked) -> pd.DataFrame:
    """Features of the pairs, and their user, day and label."""
    part, watched = asked
    union = pd.read_parquet(loaded.candidates, filters=[("query", "in", part.queries["query"].tolist())])
    queries = Queries.of(part.queries, loaded.source.log)
    known = pairs.as_proposed(watched, part.queries, queries, union, loaded.models)
    found = featurise.of_part(loaded.source, part, known, list(loaded.models))
    return found.assign(**{name: watched[name].to_numpy() for name in ("user", "day", "label")})


def main() -> None:
    run, settings, valid = params.load(Run), params.load(Observed), params.load(ValidFolds).valid_folds
    start, log = Fold.read(Path("data/folds/test")).start, pd.read_parquet("data/log/interactions.parquet")
    items, liked = pq.read_metadata("data/log/items.parquet").num_rows, label.liked(log, start, settings.watched_pct)
    Path("data/given").mkdir(exist_ok=True)
    for fold in (*valid, TEST):
        queries = pd.read_parquet(f"data/folds/{fold}/queries.parquet")
        watched = pairs.watched(liked.rows, queries)
        if fold != TEST:
            watched = training.capped(watched, settings.max_pairs, run.seed)
        candidates = Path("data/candidates") / ("" if fold == TEST else "valid") / f"{fold}.parquet"
        size = featurise.at_once(len(queries), pq.read_metadata(candidates).num_rows, len(log), run)
        parts = featurise.parts(queries[queries["query"].isin(watched["query"])], items, size)
        asked = [Asked(part, watched[watched["query"].between(*part.span)]) for part in parts]
        if asked:  # none where the log doesn't say what was liked
            about = f"given: {len(watched)} watched pairs of {fold}"
            found = workers.in_order(partial(load, fold, candidates), rows, asked, run.threads, about)
            tables.write_parts(found, Path(f"data/given/{fold}.parquet"))


if __name__ == "__main__":
    stages.run(main)
