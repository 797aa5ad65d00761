"""Queries to candidates with their features: what serving ranks, and what the audit asks again."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from twostage import candidates
from twostage.base.params import Run
from twostage.engine import featurise
from twostage.engine.source import Source
from twostage.generators.kinds.generator import Generator
from twostage.past.asof import Queries
from twostage.sizes import Keep
from twostage.split import FINAL


class Served(NamedTuple):
    union: pd.DataFrame  # see `candidates.union`
    rows: pd.DataFrame  # query, item and every feature of these candidates, in their order


def served(
    source: Source,
    queries: pd.DataFrame,
    models: Mapping[str, Generator],
    n: int,
    keep: Keep,
    run: Run,
    fold: str,
) -> Served:
    """Of a fold's queries (query, user, day), numbered one after another, with everything made from this source."""
    asked = Queries.of(queries, source.log)
    union = candidates.union(asked, models, n, keep, run, int(queries["query"].iloc[0]), whole=fold == FINAL)
    return Served(union, featurise.featurise(source, queries, union, list(models)))
