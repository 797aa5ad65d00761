"""Candidates to rows for the ranker: every active family laid beside every pair."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from twostage.base import memory, runs
from twostage.base.params import Run
from twostage.engine.plan import compiled
from twostage.engine.source import Source
from twostage.features import active
from twostage.past.log import Ints

PART = 2000  # queries featurised at once: half a million candidates
DAY_ITEMS = 1 << 19  # days x items whose counts are held at once


class Part(NamedTuple):
    queries: pd.DataFrame
    days: Ints  # of the queries and of the parts that follow, see `Source.layout`

    @property
    def span(self) -> tuple[int, int]:
        """First and last query."""
        first, last = self.queries["query"].iloc[[0, -1]]
        return int(first), int(last)


def featurise(
    source: Source,
    queries: pd.DataFrame,
    candidates: pd.DataFrame,
    generators: list[str],
    days: Ints | None = None,
) -> pd.DataFrame:
    """query, item and one float32 column a feature, NaN where it has no value; a row for each candidate, in order.

    `queries` and `candidates` are sorted by query; days: see `Source.layout`.
    """
    layout = source.layout(queries, candidates, days)
    history = source.history(layout, generators)
    families = active(source.names)
    for family in families:
        if family.name not in source.plans:
            source.plans[family.name] = compiled(family.build(history), source)
    plans = [source.plans[family.name] for family in families]
    names = [name for plan in plans for name in plan.names]
    # One block of memory, a feature after the other: what the ranker reads.
    values = np.empty((len(names), len(layout)), np.float32)
    stops = np.cumsum([len(plan.names) for plan in plans]).tolist()
    for plan, start, stop in zip(plans, [0, *stops], stops, strict=False):
        plan.fill(source, layout, values[start:stop])
    found = pd.DataFrame(values.T, columns=names, copy=False)
    return pd.concat([candidates[["query", "item"]].reset_index(drop=True), found], axis=1)


def at_once(queries: int, candidates: int, log_rows: int, run: Run) -> int:
    """Queries of a part, of a fold with so many of them and of candidates; raises InputError as `memory.at_once`."""
    a_query = max(candidates * memory.DISTINCT // max(queries, 1), 1)
    return memory.at_once(PART, run, log_rows, memory.FEATURE_LOG, a_query)


def parts(queries: pd.DataFrame, n_items: int, size: int) -> list[Part]:
    """The queries, `size` of one stretch of days at a time."""
    days, day = np.unique(queries["day"].to_numpy(np.int32), return_inverse=True)
    length = max(1, DAY_ITEMS // max(n_items, 1))
    stretch = day // length
    edges = np.append(runs.starts(stretch), len(queries))
    return [
        Part(queries.iloc[start : min(start + size, stop)], days[stretch[first] * length :][:length])
        for first, stop in pairwise(edges)
        for start in range(first, stop, size)
    ]
