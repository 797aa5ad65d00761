"""Candidates to rows for the ranker: every active family laid beside every pair."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from tqdm import tqdm

from twostage import features
from twostage.features import KEYS, Family, active
from twostage.history import History
from twostage.source import Source

PART = 4000  # queries featurised at once

Places = npt.NDArray[np.intp]


class Layout:
    """Which pairs a row of a family's table is about, by the family's kind.

    A row has a place among those that its kind can have, `sizes` of them; `pairs` holds for each candidate the place
    that it takes its value from. A pair's place is its own.
    """

    def __init__(self, queries: pd.DataFrame, candidates: pd.DataFrame, n_items: int) -> None:
        self._query = queries["query"].to_numpy()
        self._days, day = np.unique(queries["day"].to_numpy(), return_inverse=True)
        self._n_items = n_items
        query = np.searchsorted(self._query, candidates["query"].to_numpy())
        self.sizes = {"user": len(queries), "item": len(self._days) * n_items}
        self.pairs = {"user": query, "item": day[query] * n_items + candidates["item"].to_numpy()}
        for kind in ("pair", "generator"):
            self.sizes[kind], self.pairs[kind] = len(candidates), np.arange(len(candidates))

    def places(self, kind: str, table: pa.Table) -> Places:
        """The place of each row of the table."""
        keys: list[Places] = [table.column(name).to_numpy() for name in KEYS[kind]]
        if kind == "user":
            return np.searchsorted(self._query, keys[0])
        if kind == "item":
            days: Places = np.searchsorted(self._days, keys[0])
            return days * self._n_items + keys[1]
        return keys[0]


def featurise(source: Source, queries: pd.DataFrame, candidates: pd.DataFrame, generators: list[str]) -> pd.DataFrame:
    """query, item and one float32 column a feature, NaN where it has no value; a row for each candidate, in order.

    `queries` are sorted by query.
    """
    history = source.history(queries, candidates, generators)
    layout = Layout(queries, candidates, source.n_items)
    columns = {name: candidates[name].to_numpy() for name in ("query", "item")}
    for family in active(source.names):
        table = source.fetch(_sql(family, source, history))
        places = layout.places(family.kind, table)
        for name in table.column_names:
            if name not in KEYS[family.kind]:
                values = np.full(layout.sizes[family.kind], np.nan, np.float32)
                values[places] = table.column(name).to_numpy()
                columns[name] = values[layout.pairs[family.kind]]
    return pd.DataFrame(columns)


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


def _sql(family: Family, source: Source, history: History) -> str:
    """Compiled once a source: the tables of a history have the same names whatever the queries."""
    if family.name not in source.compiled:
        table = family.build(history)
        key = KEYS[family.kind]
        values = {name: table[name].cast("float32") for name in table.columns if name not in key}
        source.compiled[family.name] = source.sql(table.select(*key, **values))
    return source.compiled[family.name]
