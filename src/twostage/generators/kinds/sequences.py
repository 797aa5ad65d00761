"""Items in the order of time, right-aligned in tables of one width; 0 stands for no item."""

import numpy as np

from twostage.base import runs
from twostage.generators.kinds.known import known_rows
from twostage.past.asof import Queries, Rows
from twostage.past.log import Ints

PADDING = 0  # positions of items are moved by one
GAPS = 2 ** np.arange(10)  # days between two rows that part their codes: 0, 1, 2 to 3, ..., 512 and more


def histories(queries: Queries, items: Ints, length: int) -> Rows:
    """Positions among `items`, from 1, of each query's last `length` ones that stand there: [queries, length]."""
    query, place, _ = known_rows(queries, items)
    return last_values(query, place + 1, len(queries), length)


def gaps(queries: Queries, items: Ints, length: int) -> Rows:
    """Beside each item of `histories` the code of the days to the next one, to the query's day beside the last."""
    query, _, rows = known_rows(queries, items)
    day = queries.days_of(rows)
    last = np.append(query[1:] != query[:-1], True)[: len(query)]
    until = np.where(last, queries.day[query], np.roll(day, -1))
    return last_values(query, gap_code((until - day).astype(np.int64)), len(queries), length)


def last_values(query: Rows, value: Rows, queries: int, length: int) -> Rows:
    """The last `length` values of each query (ascending, in the order of time): [queries, length]."""
    # Places are moved by one: the first one's value stands there even where no query has a row.
    bounds = 1 + np.searchsorted(query, np.arange(queries + 1))
    return preceding(np.append(PADDING, value), bounds[:-1], bounds[1:], length)


def gap_code(gap: Rows) -> Rows:
    """0 for no row before (a gap below 0), else 1 + the number of GAPS that have passed."""
    return np.where(gap < 0, 0, 1 + np.searchsorted(GAPS, gap, side="right"))


def windows(group: np.ndarray, length: int) -> Rows:
    """Rows of each group of two rows or more cut into windows from its end, right-aligned: [windows, length + 1].

    A window's first row is the last one of the window before it, so every row but a group's first follows
    another in just one of them. -1 stands for no row.
    """
    first = runs.starts(group)
    stop = np.append(first[1:], len(group))[: len(first)]
    own = np.repeat(np.arange(len(first)), -(-(stop - first - 1) // length))  # the group of each window
    rows = (stop[own] - runs.place(own) * length)[:, None] - np.arange(length + 1, 0, -1)
    return np.where(rows >= first[own, None], rows, -1)


def preceding(value: Rows, first: Rows, stop: Rows, length: int) -> Rows:
    """Up to `length` values before each place `stop`, none before its `first`: [places, length]."""
    before = stop[:, None] - np.arange(length, 0, -1)
    return np.where(before >= first[:, None], value[np.maximum(before, 0)], PADDING)
