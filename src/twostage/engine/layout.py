"""Rows of keyed tables to the places of the pairs that they are about."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

CELLS = 1 << 20  # owners x values that are held at once

Places = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Columns = Mapping[str, npt.NDArray[Any]]


class Layout:
    """The owners that a row of a keyed table can have: queries, days, segments on a day, or one for all.

    A table keyed by item too has a place for each owner and item.
    `queries` (query, as_of, segment where the log has it) and `candidates` (query, item) are sorted by query; `days`
    ascend and hold those of the queries, and perhaps others.
    """

    def __init__(
        self, queries: pd.DataFrame, candidates: pd.DataFrame, n_items: int, days: npt.NDArray[np.int32]
    ) -> None:
        self.queries, self.candidates, self.n_items, self.days = queries, candidates, n_items, days
        self.item = candidates["item"].to_numpy()
        self.query = np.searchsorted(queries["query"].to_numpy(), candidates["query"].to_numpy())
        self._known: dict[tuple[str, ...], tuple[Places, Places]] = {
            keys: np.unique(_codes(keys, queries), return_inverse=True)
            for keys in ((), ("query",), ("as_of", "segment"))
            if set(keys) <= set(queries)
        }
        self._known["as_of",] = days.astype(np.int64), np.searchsorted(days, queries["as_of"].to_numpy())
        # Not functools.cache: a layout that holds a method of its own outlives its shard until Python looks for cycles.
        self._owner: dict[tuple[str, ...], Places] = {}
        self._places: dict[tuple[str, ...], Places] = {}
        self._spread: dict[tuple[tuple[str, ...], str], Spread] = {}

    def __len__(self) -> int:
        return len(self.item)

    def owners(self, keys: tuple[str, ...]) -> int:
        """How many there are."""
        return len(self._known[keys][0])

    def owner(self, keys: tuple[str, ...]) -> Places:
        """That of each pair."""
        if keys not in self._owner:
            self._owner[keys] = self._known[keys][1][self.query]
        return self._owner[keys]

    def rows(self, keys: tuple[str, ...], table: Columns) -> tuple[Places, npt.NDArray[np.bool_]]:
        """The owner of each of a table's rows, and which rows have one among those asked for."""
        known, _ = self._known[keys]
        codes = _codes(keys, table)
        place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        return place, known[place] == codes

    def dense(self, keys: tuple[str, ...], table: Columns, names: Sequence[str]) -> list[Floats]:
        """Columns of a table by place: [owners], or [owners x items] where `item` is a key; NaN without a row."""
        by_item = "item" in keys
        owners = tuple(key for key in keys if key != "item")
        place, known = self.rows(owners, table)
        if by_item:
            place = place * self.n_items + table["item"]
        found = []
        for name in names:
            values = np.full(self.owners(owners) * (self.n_items if by_item else 1), np.nan)
            values[place[known]] = table[name][known]
            found.append(values)
        return found

    def places(self, keys: tuple[str, ...]) -> Places:
        """Where in `dense` each pair finds its own."""
        if keys not in self._places:
            owner = self.owner(tuple(key for key in keys if key != "item"))
            self._places[keys] = owner * self.n_items + self.item if "item" in keys else owner
        return self._places[keys]

    def spread(self, keys: tuple[str, ...], column: str, values: csr_matrix) -> "Spread":
        """The pairs' owners and the values, [items, values], of their items; families that read one column share it."""
        if (keys, column) not in self._spread:
            self._spread[keys, column] = Spread(self.owner(keys), self.item, values)
        return self._spread[keys, column]


class Spread:
    """Targets (owner, item) with the values of each one's item, in the order of their owners.

    `cells`: owner x n_values + value, those of target t from `first[t]` to `first[t + 1]`; `order`: where the targets
    stood, None where the owners ascended.
    """

    def __init__(self, owner: Places, item: Places, values: csr_matrix) -> None:
        self.order = None if (np.diff(owner) >= 0).all() else np.argsort(owner, kind="stable")
        if self.order is not None:
            owner, item = owner[self.order], item[self.order]
        picked = values[item]
        self.owner, self.n_values, self.first = owner, values.shape[1], picked.indptr.astype(np.intp)
        self.cells = np.repeat(owner * self.n_values, np.diff(self.first))
        self.cells += picked.indices

    def __len__(self) -> int:
        return len(self.owner)


def _codes(keys: tuple[str, ...], table: Columns | pd.DataFrame) -> npt.NDArray[np.int64]:
    """One whole number for the columns of a key, at most two of 32 bits each."""
    found = np.zeros(len(table[str(next(iter(table)))]), np.int64)
    for key in keys:
        found = (found << 32) + np.asarray(table[key], np.int64)
    return found


def over_values(spread: Spread, rows: tuple[Places, Places], columns: list[Floats], least: bool) -> list[Floats]:
    """For each target the sum, or the least, of each column over its item's values; NaN without any.

    `rows` are owner and value of the columns' elements, in any order; an owner's value without a row adds 0. Sums are
    of whole numbers, so the order of adding up doesn't matter.
    """
    by_owner = np.argsort(rows[0], kind="stable")
    owner_of, cell_of = rows[0][by_owner], (rows[0] * spread.n_values + rows[1])[by_owner]
    columns = [column[by_owner] for column in columns]
    found = [np.full(len(spread), np.nan) for _ in columns]
    empty, reduce = (np.inf, np.minimum.reduceat) if least else (0.0, np.add.reduceat)
    table = np.full(max(CELLS, spread.n_values), empty)
    start = 0
    while start < len(spread) and spread.n_values:
        first = spread.owner[start]
        stop = int(np.searchsorted(spread.owner, first + max(1, CELLS // spread.n_values)))
        own = slice(*np.searchsorted(owner_of, [first, spread.owner[stop - 1] + 1]))
        base = first * spread.n_values
        touched = cell_of[own] - base
        edges = spread.first[start : stop + 1]
        cells, some = spread.cells[edges[0] : edges[-1]] - base, np.diff(edges) > 0
        for column, result in zip(columns, found, strict=True):
            table[touched] = column[own]
            if len(cells):
                result[start:stop][some] = reduce(table[cells], (edges[:-1] - edges[0])[some])
            table[touched] = empty
        start = stop
    for result in found:
        result[np.isinf(result)] = np.nan
        if spread.order is not None:
            result[spread.order] = result.copy()
    return found
