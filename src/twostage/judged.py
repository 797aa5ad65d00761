"""The test's queries with where each relevant item stands in each system's list: what every figure starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twostage.lists import array
from twostage.metrics import accuracy
from twostage.metrics.arrays import Bools, Floats, Ints
from twostage.metrics.hits import marks, positions, relevant
from twostage.past.asof import Queries
from twostage.past.log import Log
from twostage.queries import DAILY, HORIZON


@dataclass(frozen=True)
class Judged:
    """Queries and labels, and by system the place from 0 of each label in its list, -1 without one."""

    user: Ints  # [queries]
    query: Ints  # of each label
    item: Ints  # of each label
    places: Mapping[str, Ints]  # [labels]
    protocols: Mapping[str, Bools]  # [queries]
    segments: Mapping[str, Bools]  # [queries], see `judged`
    seed: int

    def values(self, system: str, names: Sequence[str], k: int, counted: Bools | None = None) -> Floats:
        """Measures of `accuracy` at k, [queries, names]: NaN where a query has no label, or none that counts.

        counted: which labels count as relevant, [labels]; the others are ignored, and the lists stay as they are.
        """
        rows = np.ones(len(self.query), np.bool_) if counted is None else counted
        counts = relevant(self.query[rows], len(self.user))
        found = marks(self.places[system][rows], self.query[rows], len(counts), k)
        return np.column_stack([accuracy.MEASURES[name](found, counts, k) for name in names])

    def blocks(self, *segments: str) -> dict[tuple[str, str], Bools]:
        """By protocol and segment the queries, [queries], where one of them has a label."""
        asked = relevant(self.query, len(self.user)) > 0
        found = {(p, s): of & self.segments[s] & asked for p, of in self.protocols.items() for s in segments}
        return {names: mask for names, mask in found.items() if mask.any()}


def judged(
    lists: pd.DataFrame, systems: Sequence[str], queries: pd.DataFrame, labels: pd.DataFrame, log: Log,
    test_start: int, depth: int, seed: int,
) -> Judged:  # fmt: skip
    """Lists cut to `depth`. Segments: all, warm (with a row before the test's start), cold, and of the daily queries by
    whether there is a row before their own day.

    lists: system, query, item, rank, of any of the `systems`, each of which is judged; queries: query, user, day,
    protocol; labels: query, item.
    """
    user, protocol = queries["user"].to_numpy(), queries["protocol"].to_numpy()
    query, item = labels["query"].to_numpy(), labels["item"].to_numpy()
    places = {}
    for system in systems:  # one table of lists at a time: they take more room than all else
        table = array(lists[lists["system"] == system], len(user), depth)
        places[system] = positions(table, query, item)
    protocols = {name: protocol == name for name in (HORIZON, DAILY) if (protocol == name).any()}
    warm, with_history = np.isin(user, log.before(test_start).user), Queries.of(queries, log).history_size > 0
    daily = protocol == DAILY
    segments = {
        "all": np.ones(len(user), bool),
        "warm": warm,
        "cold": ~warm,
        "with_history_as_of_day": daily & with_history,
        "without_history_as_of_day": daily & ~with_history,
    }
    return Judged(user, query, item, places, protocols, segments, seed)
