"""Candidates to rows for the ranker: every active family joined to every pair."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from tqdm import tqdm

from twostage import features
from twostage.features import KEYS, active
from twostage.history import Source

PART = 4000  # queries featurised at once


def featurise(source: Source, queries: pd.DataFrame, candidates: pd.DataFrame, generators: list[str]) -> pd.DataFrame:
    """query, item and one float32 column a feature, NaN where it has no value; sorted by (query, item)."""
    history = source.history(queries, candidates, generators)
    rows = history.pairs.select("query", "item", "as_of")
    names = []
    for family in active(source.names):
        key = KEYS[family.kind]
        table = family.build(history)
        own = [name for name in table.columns if name not in key]
        table = table.select(*key, **{name: table[name].cast("float32") for name in own})
        stored = source.store(f"family_{family.name}", table)
        rows = rows.left_join(stored, list(key)).drop([f"{name}_right" for name in key])
        names += own
    found: pd.DataFrame = rows.select("query", "item", *names).order_by("query", "item").to_pandas()
    return found


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
