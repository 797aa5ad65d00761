"""Candidates to rows for the ranker: every active family laid beside every pair."""

from collections.abc import Iterator
from itertools import pairwise
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
DAY_ITEMS = 1 << 19  # days x items whose counts are held at once


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
    for part, days in tqdm(_parts(queries, source.n_items), desc=about, unit="part"):
        first, last = part["query"].iloc[0], part["query"].iloc[-1]
        rows = slice(np.searchsorted(query, first), np.searchsorted(query, last, side="right"))
        source.look_ahead(days)
        yield featurise(source, part, candidates.iloc[rows], generators)


def _parts(queries: pd.DataFrame, n_items: int) -> list[tuple[pd.DataFrame, npt.NDArray[np.int32]]]:
    """Queries of one stretch of days in parts, each with the days of its stretch."""
    days, day = np.unique(queries["day"].to_numpy(np.int32), return_inverse=True)
    length = max(1, DAY_ITEMS // max(n_items, 1))
    stretch = day // length
    edges = np.append(np.flatnonzero(np.diff(stretch, prepend=-1)), len(queries))
    return [
        (queries.iloc[start : min(start + PART, stop)], days[stretch[first] * length :][:length])
        for first, stop in pairwise(edges)
        for start in range(first, stop, PART)
    ]


def absent(source: Source) -> dict[str, list[str]]:
    """Features that this log can't have, each with the columns that it lacks."""
    return features.absent(source.names)
