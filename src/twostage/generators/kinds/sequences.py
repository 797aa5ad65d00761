"""Items in the order of time, right-aligned in tables of one width; 0 stands for no item."""

import numpy as np
import numpy.typing as npt

from twostage.generators.kinds.factors import positions
from twostage.past.asof import Queries, Rows
from twostage.past.log import Ints

PADDING = 0  # positions of items are moved by one
GAPS = 2 ** np.arange(10)  # days between two rows that part their codes: 0, 1, 2 to 3, ..., 512 and more


def last_items(group: np.ndarray, item: np.ndarray, length: int) -> Rows:
    """The last `length` items of each group (ascending, in the order of time), right-aligned: [groups, length]."""
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.empty(0, np.int64)
    stop = np.append(first[1:], len(group))[: len(first)]
    row = np.repeat(np.arange(len(first)), stop - first)
    column = length - (np.repeat(stop, stop - first) - np.arange(len(group)))
    table = np.zeros((len(first), length), np.int64)
    table[row[column >= 0], column[column >= 0]] = item[column >= 0]
    return table


def histories(queries: Queries, items: Ints, length: int) -> Rows:
    """Positions among `items`, from 1, of each query's last `length` ones that stand there: [queries, length]."""
    query, place, _ = _known(queries, items)
    return _tables(query, place, len(queries), length)


def gaps(queries: Queries, items: Ints, length: int) -> Rows:
    """Beside each item of `histories` the code of the days to the next one, to the query's day beside the last."""
    query, _, day = _known(queries, items)
    last = np.append(query[1:] != query[:-1], True)[: len(query)]
    until = np.where(last, queries.day[query], np.roll(day, -1))
    return _tables(query, gap_code((until - day).astype(np.int64)), len(queries), length)


def _known(queries: Queries, items: Ints) -> tuple[Rows, Rows, Ints]:
    """Rows of the histories whose item stands among `items`: query, position from 1, day."""
    query, rows = queries.history()
    place, known = positions(items, queries.items_of(rows))
    return query[known], place[known] + 1, queries.days_of(rows)[known]


def _tables(query: Rows, value: Rows, queries: int, length: int) -> Rows:
    table = np.zeros((queries, length), np.int64)
    table[np.unique(query)] = last_items(query, value, length)
    return table


def gap_code(gap: Rows) -> Rows:
    """0 for no row before (a gap below 0), else 1 + the number of GAPS that have passed."""
    return np.where(gap < 0, 0, 1 + np.searchsorted(GAPS, gap, side="right"))


def windows(group: np.ndarray, length: int) -> Rows:
    """Rows of each group of two rows or more cut into windows from its end, right-aligned: [windows, length + 1].

    A window's first row is the last one of the window before it, so every row but a group's first follows
    another in just one of them. -1 stands for no row.
    """
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.empty(0, np.int64)
    size = np.diff(np.append(first, len(group)))
    count = -(-(size - 1) // length)
    back = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    rows = np.repeat(first + size, count)[:, None] - back[:, None] * length - np.arange(length + 1, 0, -1)
    return np.where(rows >= np.repeat(first, count)[:, None], rows, -1)


def preceding(first: Rows, item: npt.NDArray[np.int64], rows: Rows, length: int) -> Rows:
    """The items of up to `length` rows before each of `rows`, none before row first[row]: [rows, length]."""
    before = rows[:, None] - np.arange(length, 0, -1)
    return np.where(before >= first[rows][:, None], item[np.maximum(before, 0)], PADDING)


def first_rows(group: np.ndarray) -> Rows:
    """For each element of ascending `group` where its group begins."""
    return np.searchsorted(group, group)
