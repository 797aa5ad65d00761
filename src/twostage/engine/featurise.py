"""Candidates to rows for the ranker: every active family laid beside every pair."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm import tqdm

from twostage import features
from twostage.engine.plan import compiled
from twostage.engine.source import Source
from twostage.features import KEYS, active

PART = 2000  # queries featurised at once: half a million candidates


def featurise(source: Source, queries: pd.DataFrame, candidates: pd.DataFrame, generators: list[str]) -> pd.DataFrame:
    """query, item and one float32 column a feature, NaN where it has no value; a row for each candidate, in order.

    `queries` and `candidates` are sorted by query.
    """
    layout = source.layout(queries, candidates)
    history = source.history(layout, generators)
    columns: dict[str, npt.NDArray[Any]] = {name: candidates[name].to_numpy() for name in ("query", "item")}
    for family in active(source.names):
        if family.name not in source.plans:
            source.plans[family.name] = compiled(family.build(history), KEYS[family.kind], source)
        columns |= source.plans[family.name].features(source, layout)
    return pd.DataFrame(columns, copy=False)


def in_parts(
    source: Source, queries: pd.DataFrame, candidates: pd.DataFrame, generators: list[str]
) -> Iterator[pd.DataFrame]:
    """As `featurise`, PART queries at a time: memory is bounded whatever the number of queries and days.

    `candidates` are sorted by query.
    """
    query = candidates["query"].to_numpy()
    about = f"features: {len(candidates)} candidates of {len(queries)} queries"
    for start in tqdm(range(0, len(queries), PART), desc=about, unit="part"):
        part = queries.iloc[start : start + PART]
        first, last = part["query"].iloc[0], part["query"].iloc[-1]
        rows = slice(np.searchsorted(query, first), np.searchsorted(query, last, side="right"))
        yield featurise(source, part, candidates.iloc[rows], generators)


def absent(source: Source) -> dict[str, list[str]]:
    """Features that this log can't have, each with the columns that it lacks."""
    return features.absent(source.names)
