"""Items in the order of time, right-aligned in tables of one width; 0 stands for no item."""

import numpy as np
import numpy.typing as npt

from twostage.asof import Queries, Rows
from twostage.generators.kinds.factors import positions
from twostage.log import Ints

PADDING = 0  # positions of items are moved by one


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
    query, rows = queries.history()
    place, known = positions(items, queries.items_of(rows))
    table = np.zeros((len(queries), length), np.int64)
    table[np.unique(query[known])] = last_items(query[known], place[known] + 1, length)
    return table


def preceding(first: Rows, item: npt.NDArray[np.int64], rows: Rows, length: int) -> Rows:
    """The items of up to `length` rows before each of `rows`, none before row first[row]: [rows, length]."""
    before = rows[:, None] - np.arange(length, 0, -1)
    return np.where(before >= first[rows][:, None], item[np.maximum(before, 0)], PADDING)


def first_rows(group: np.ndarray) -> Rows:
    """For each element of ascending `group` where its group begins."""
    return np.searchsorted(group, group)
