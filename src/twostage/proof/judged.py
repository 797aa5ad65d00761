"""What every part of the proof starts from: where each relevant item stands in each system's list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twostage.evaluate import measured, protocols_of, segments_of
from twostage.lists import arrays
from twostage.metrics.arrays import Bools, Floats, Ints
from twostage.metrics.hits import positions, relevant
from twostage.past.log import Log
from twostage.queries import DAILY, HORIZON


@dataclass(frozen=True)
class Judged:
    """The test's queries and labels, and by system the place from 0 of each label in its list, -1 without one."""

    user: Ints  # [queries]
    query: Ints  # of each label
    item: Ints  # of each label
    places: Mapping[str, Ints]
    protocols: dict[str, Bools]  # [queries]
    segments: dict[str, Bools]  # [queries]: all, warm, cold
    seed: int

    def values(self, system: str, names: Sequence[str], k: int, counted: Bools | None = None) -> Floats:
        """Measures of `accuracy` at k, [queries, names]: NaN where a query has no label, or none that counts.

        counted: which labels are there at all, [labels]; the lists stay as they are.
        """
        rows = np.ones(len(self.query), np.bool_) if counted is None else counted
        counts = relevant(self.query[rows], len(self.user))
        return measured(self.places[system][rows], self.query[rows], counts, names, k)

    def blocks(self, *segments: str) -> dict[tuple[str, str], Bools]:
        """By protocol and segment the queries, [queries], where one of them has a label."""
        asked = relevant(self.query, len(self.user)) > 0
        found = {(p, s): self.protocols[p] & self.segments[s] & asked for p in (HORIZON, DAILY) for s in segments}
        return {names: mask for names, mask in found.items() if mask.any()}


def judged(
    lists: pd.DataFrame, systems: Sequence[str], queries: pd.DataFrame, labels: pd.DataFrame, log: Log,
    test_start: int, keep: int, seed: int,
) -> Judged:  # fmt: skip
    """lists: system, query, item, rank, of any of the `systems`; queries: query, user, day, protocol; labels: query,
    item.
    """
    query, item = labels["query"].to_numpy(), labels["item"].to_numpy()
    tables = arrays(lists, systems, len(queries), keep)
    places = {system: positions(table, query, item) for system, table in tables.items()}
    segments = segments_of(queries, log, log.before(test_start))
    wanted = {name: segments[name] for name in ("all", "warm", "cold")}
    return Judged(queries["user"].to_numpy(), query, item, places, protocols_of(queries), wanted, seed)
