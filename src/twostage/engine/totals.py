"""Sums over the days before a day, of all days of asking at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from twostage.engine.audience import RETURN, Audience
from twostage.past.log import DAY, Log

WINDOWS = (1, 3, 7, 14, 30, 56)  # days before the day of asking for which items are counted
HOURS = (1, 3, 6, 12)  # before the last row of all, in which items are counted where the log has times
WEEKDAY_WINDOW = 56  # days in which the rows of one weekday are counted
HOUR = 3_600  # seconds

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Sums = npt.NDArray[np.int64]


def before(days: Ints, day: Ints, cell: npt.NDArray[np.integer], n_cells: int, weight: Floats | None = None) -> Sums:
    """Rows of each cell on days before each of `days`, which ascend, or the sum of their whole `weight`: [days, cells].

    One pass: each row is counted on the first of the days after its own, then the days are added up.
    """
    return _added_up(_places(days, day, cell, n_cells), len(days), n_cells, weight)


def _places(days: Ints, day: Ints, cell: npt.NDArray[np.integer], n_cells: int) -> npt.NDArray[np.int64]:
    """Of each row: place of the first of the days after its own x n_cells + cell; one more where there is none."""
    place = np.searchsorted(days, day, side="right")
    return np.minimum(place * n_cells + cell, len(days) * n_cells)


def _added_up(places: npt.NDArray[np.int64], days: int, n_cells: int, weight: npt.ArrayLike | None) -> Sums:
    found = np.bincount(places, weight, minlength=days * n_cells + 1)[:-1]
    return found.reshape(days, n_cells).astype(np.int64).cumsum(axis=0)


def sums_before(
    days: Ints, day: Ints, cell: npt.NDArray[np.integer], n_cells: int, numbers: dict[str, Floats]
) -> dict[str, Sums]:
    """NAME_n and NAME_sum of each number, NaN where a row has none: [days, cells]."""
    found, places = {}, _places(days, day, cell, n_cells)
    for name, values in numbers.items():
        known = ~np.isnan(values)
        found[f"{name}_n"] = _added_up(places, len(days), n_cells, known)
        found[f"{name}_sum"] = _added_up(places, len(days), n_cells, np.where(known, values, 0))
    return found


def items_before(days: Ints, log: Log, numbers: dict[str, Floats], people: Audience) -> dict[str, npt.NDArray[Any]]:
    """See `History.items_before`; `days` ascend, `people` are those of the log."""
    size = log.n_items
    edges = np.unique(np.concatenate([days - back for back in (0, *WINDOWS)]))
    counts = before(edges, log.day, log.item, size)
    n = counts[np.searchsorted(edges, days)]
    day, item = n.nonzero()
    first_moment, last_moment = _ends(days, log)
    first = first_moment // DAY
    place = np.searchsorted(np.sort(first[np.unique(log.item)]), first)  # items that came before: they were all seen
    settled = log.day + RETURN  # the day on which it is known whether a row's user came back
    found: dict[str, npt.NDArray[Any]] = {
        "as_of": days[day],
        "item": item.astype(np.int32),
        "n": n[day, item],
        "oldest": days[day] - first[item],
        "newest": days[day] - last_moment[day, item] // DAY,
        "place": place[item],
        "n_weekday": _same_weekday(days, log)[day, item],
        "n_settled": before(days, settled, log.item, size)[day, item],
        "n_back": before(days, settled[people.back], log.item[people.back], size)[day, item],
        "levels": before(days, log.day, log.item, size, _thousandths(people.rows_before))[day, item],
    }
    for back in WINDOWS:
        found[f"n_{back}"] = (n - counts[np.searchsorted(edges, days - back)])[day, item]
    if log.time is not None:
        found |= {f"n_{hours}h": table[day, item] for hours, table in _last_hours(days, log).items()}
        now = last_moment.max(axis=1)[day]
        found |= {"oldest_seconds": now - first_moment[item], "newest_seconds": now - last_moment[day, item]}
    sums = sums_before(days, log.day, log.item, size, numbers)
    return found | {name: table[day, item] for name, table in sums.items()}


def segment_values(days: Ints, log: Log, values: csr_matrix, numbers: dict[str, Floats]) -> dict[str, npt.NDArray[Any]]:
    """See `History.segment_values`; `days` ascend; values: [items, values]."""
    picked, size = values[log.item], values.shape[1]
    rows = np.repeat(np.arange(len(log)), np.diff(picked.indptr))
    cell = log.segment[rows].astype(np.int64) * size + picked.indices
    of_rows = {name: number[rows] for name, number in numbers.items()}
    sums = sums_before(days, log.day[rows], cell, log.n_segments * size, of_rows)
    known = np.stack([table for name, table in sums.items() if name.endswith("_n")])
    day, cell = np.nonzero(known.sum(axis=0))
    keys = {"as_of": days[day], "segment": cell // size, "value": cell % size}
    return keys | {name: table[day, cell] for name, table in sums.items()}


def _thousandths(rows: Ints) -> Floats:
    """Of log2(1 + rows), as whole numbers: their sums are exact."""
    levels: Floats = np.round(1000 * np.log2(1.0 + np.arange(rows.max(initial=0) + 1)))[rows]
    return levels


def _ends(days: Ints, log: Log) -> tuple[Sums, Sums]:
    """`Log.moment` of each item's first row, [items], and of its last one before each of `days`, [days, items]."""
    moment = log.moment
    first = np.full(log.n_items, np.iinfo(np.int64).max)
    np.minimum.at(first, log.item, moment)
    last = np.full((len(days) + 1, log.n_items), np.iinfo(np.int64).min)
    np.maximum.at(last, (np.searchsorted(days, log.day, side="right"), log.item), moment)
    return first, np.maximum.accumulate(last[:-1], axis=0)


def _last_hours(days: Ints, log: Log) -> dict[int, Sums]:
    """Of HOURS the rows of each item so many hours before the last row of all before each of `days`: [days, items].

    Not before midnight: a log that was cut at noon knows nothing of the evening.
    """
    moments = log.moment[log.by_day]
    stops = np.searchsorted(log.days_in_order, days)
    now = moments[np.maximum(stops - 1, 0)]
    found = {}
    for hours in HOURS:
        firsts = np.minimum(np.searchsorted(moments, now - hours * HOUR, side="right"), stops)
        spans = zip(firsts, stops, strict=True)
        found[hours] = np.array([np.bincount(log.item[log.by_day[a:b]], minlength=log.n_items) for a, b in spans])
    return found


def _same_weekday(days: Ints, log: Log) -> Sums:
    """Rows of each item in the WEEKDAY_WINDOW days before each of `days` on its day of the week: [days, items]."""
    found = np.zeros((len(days), log.n_items), np.int64)
    for weekday in np.unique(days % 7):
        asked, rows = days % 7 == weekday, log.day % 7 == weekday
        edges = np.unique(np.concatenate([days[asked], days[asked] - WEEKDAY_WINDOW]))
        counts = before(edges, log.day[rows], log.item[rows], log.n_items)
        now, then = (np.searchsorted(edges, days[asked] - back) for back in (0, WEEKDAY_WINDOW))
        found[asked] = counts[now] - counts[then]
    return found
