"""Queries to candidates with their features: what serving ranks, and what the audit asks again."""

from typing import NamedTuple

import pandas as pd

from twostage import candidates
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.featurise import featurise
from twostage.past.asof import Queries


class CandidateRows(NamedTuple):
    union: pd.DataFrame  # see `candidates.union`
    rows: pd.DataFrame  # query, item and every feature of these candidates, in their order


def candidate_rows(source: Source, queries: pd.DataFrame, retrieval: Retrieval) -> CandidateRows:
    """Of queries (query, user, day), numbered one after another, with everything made from this source."""
    union = candidates.union(Queries.of(queries, source.log), retrieval, int(queries["query"].iloc[0]))
    return CandidateRows(union, featurise(source, queries, union, list(retrieval.models)))
