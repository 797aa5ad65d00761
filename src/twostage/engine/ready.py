"""Columns of pairs that are counted from the log directly, for a table of them would be as long as the pairs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from twostage.base import runs
from twostage.engine.layout import Floats, Layout, Places
from twostage.past.attributes import UNKNOWN

if TYPE_CHECKING:
    from twostage.engine.source import Source


def proposed(source: "Source", layout: Layout, generators: tuple[str, ...]) -> list[Floats]:
    """NAME_rank, NAME_score of each: see `History.proposed`."""
    starts = runs.starts(layout.query)
    size = np.diff(starts, append=len(layout))
    found = []
    for name in generators:
        known = [f"{name}_{part}" for part in ("rank", "score", "low", "high") if f"{name}_{part}" in layout.candidates]
        rank, score, *ends = (layout.candidates[column].to_numpy(np.float64) for column in known)
        if not ends:
            # Of two the one that isn't NaN.
            ends = [np.repeat(side.reduceat(score, starts), size) for side in (np.fmin, np.fmax)]
        low, high = ends
        found += [rank, (score - low) / np.where(high > low, high - low, np.nan)]
    return found


def near(source: "Source", layout: Layout, last: int) -> list[Floats]:
    """near_1, ..., later_1, ...: see `History.near`."""
    query, rows = source.asked(layout.queries).history(last)
    recency = np.searchsorted(query, query, side="right") - np.arange(len(query))
    seeds = np.full((last, len(layout.queries)), -1, np.int32)
    seeds[recency - 1, query] = source.log.item[rows]
    seeds = seeds[:, layout.query]
    known = seeds >= 0
    places = np.zeros(seeds.shape, np.intp)
    for seed, some, place in zip(seeds, known, places, strict=True):
        place[some] = source.near.places(seed[some], layout.item[some])
    found = np.full((2, *seeds.shape), np.nan)
    for day, pairs in _by_day(layout):
        for number, place in enumerate(places):
            found[:, number, pairs] = source.near.before(day, place[pairs])
    found[:, ~known] = np.nan
    return list(found.reshape(2 * last, -1))


def group_counts(source: "Source", layout: Layout, group: str, windows: tuple[int | None, ...]) -> list[Floats]:
    """own_age_n, own_age_n_30, ..., own_age_rows, ...: see `History.group_counts`."""
    code = layout.queries[group].fillna(UNKNOWN).to_numpy(np.int64)[layout.query]
    found = np.full((2, len(windows), len(layout)), np.nan)
    for day, pairs in _by_day(layout):
        mine = code[pairs], layout.item[pairs]
        now = _of_groups(source.groups(group).before(int(day)), *mine)
        for number, back in enumerate(windows):
            then = 0 if back is None else _of_groups(source.groups(group, back).before(int(day) - back), *mine)
            found[:, number, pairs] = now - then
    found[:, :, code == UNKNOWN] = np.nan
    return list(found.reshape(2 * len(windows), -1))


def _of_groups(counts: npt.NDArray[np.int32], code: Places, item: Places) -> Places:
    """Each group's count of an item, and of all: [2, pairs]; counts: [groups, items]."""
    return np.stack([counts[code, item], counts.sum(axis=1)[code]])


def _by_day(layout: Layout) -> Iterator[tuple[np.int32, slice | Places]]:
    """Each day of asking that pairs have, ascending, and the pairs of that day."""
    if len(layout.days) == 1:
        yield layout.days[0], slice(None)
        return
    owner = layout.owner(("as_of",))
    order = np.argsort(owner, kind="stable")
    edges = np.searchsorted(owner[order], np.arange(len(layout.days) + 1))
    for place in np.flatnonzero(np.diff(edges)):
        yield layout.days[place], order[edges[place] : edges[place + 1]]
