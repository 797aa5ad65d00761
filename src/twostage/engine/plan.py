"""A family compiled: SQL, and what must stand beside the pairs before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis.expr.operations import Field

from twostage.engine.beside import KEY, NAME, Keyed, Laid, Ready
from twostage.engine.layout import Columns, Floats, Layout, Places, Spread, over_values

if TYPE_CHECKING:
    from twostage.engine.source import Source


@dataclass(frozen=True)
class Lookup:
    """A keyed table (see `beside.Keyed`) as SQL."""

    sql: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    column: str = ""
    least: bool = False
    kind: type = np.float64

    def lay(self, source: "Source", layout: Layout) -> list[npt.NDArray[Any]]:
        """Each column for the pairs of the layout."""
        columns, places = self._found(source, layout)
        return columns if places is None else [column.take(places) for column in columns]

    def fill(self, source: "Source", layout: Layout, rows: npt.NDArray[np.float32]) -> None:
        """As `lay`, into [columns, pairs]."""
        columns, places = self._found(source, layout)
        for column, row in zip(columns, rows, strict=True):
            if places is None:
                row[:] = column
            else:  # clipping changes no place, all are inside; without it numpy makes a copy first
                np.take(column, places, out=row, mode="clip")

    def _found(self, source: "Source", layout: Layout) -> tuple[list[npt.NDArray[Any]], Places | None]:
        """Columns by place and the place of each pair, or columns by pair and None."""
        owners = tuple(key for key in self.keys if key != "value")
        if {"row", "query", "segment"} & set(self.keys):
            if self.column:
                spread = layout.spread(owners, self.column, source.item_values(self.column))
                return self._summed(source, layout, owners, spread), None
            return self._dense(source, layout), layout.places(self.keys)
        if self.sql not in source.kept:
            source.kept[self.sql] = self._of_days(source, layout, owners)
        return source.kept[self.sql], layout.places((*owners, "item") if self.column else self.keys)

    def _of_days(self, source: "Source", layout: Layout, owners: tuple[str, ...]) -> list[npt.NDArray[Any]]:
        if not self.column:
            return self._dense(source, layout)
        owner, item = np.divmod(np.arange(layout.owners(owners) * layout.n_items), layout.n_items)
        return self._summed(source, layout, owners, Spread(owner, item, source.item_values(self.column)))

    def _dense(self, source: "Source", layout: Layout) -> list[npt.NDArray[Any]]:
        return layout.dense(self.keys, _columns(source.fetch(self.sql)), self.names, self.kind)

    def _summed(self, source: "Source", layout: Layout, owners: tuple[str, ...], spread: Spread) -> list[Floats]:
        table = _columns(source.fetch(self.sql))
        place, known = layout.rows(owners, table)
        rows = place[known], table["value"][known]
        columns = [table[name][known].astype(np.float64) for name in self.names]
        return over_values(spread, rows, columns, self.least)


@dataclass(frozen=True)
class Plan:
    """`table` holds the features by its key, or, with `parts`, one row for each pair, from the parts side by side.

    Features that are columns of the parts as they stand (`same`: feature to column) aren't asked of the database.
    """

    names: tuple[str, ...]  # of the features
    table: Lookup
    parts: tuple[Lookup | Ready, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)

    def fill(self, source: "Source", layout: Layout, rows: npt.NDArray[np.float32]) -> None:
        """[features, pairs]: each feature of the pairs of the layout."""
        if not self.parts:
            self.table.fill(source, layout, rows)
            return
        wide = {
            name: column
            for part in self.parts
            for name, column in zip(part.names, part.lay(source, layout), strict=True)
        }
        found = {name: wide[column] for name, column in self.same.items()}
        if self.table.names:
            found |= _columns(source.fetch_in_order(self.table.sql, NAME, pa.table(wide)))
        for name, row in zip(self.names, rows, strict=True):
            row[:] = found[name]


def compiled(built: ibis.Table | Laid, keys: tuple[str, ...], source: "Source") -> Plan:
    """What a family has built, for its kind's key or, where it is the same for all days, less of it."""
    if isinstance(built, Laid):
        formulas = built.table.op().values.items()
        same = {name: formula.name for name, formula in formulas if isinstance(formula, Field)}
        rest = built.table.drop(*same)
        table = Lookup(source.sql(rest) if rest.columns else "", (), tuple(rest.columns))
        return Plan(tuple(built.table.columns), table, tuple(_part(part, source) for part in built.parts), same)
    table = _lookup(Keyed(built), tuple(name for name in keys if name in built.columns), source, np.float32)
    return Plan(table.names, table)


def _part(part: Keyed | Ready, source: "Source") -> Lookup | Ready:
    if isinstance(part, Ready):
        return part
    return _lookup(part, tuple(name for name in KEY if name in part.table.columns), source, np.float64)


def _lookup(part: Keyed, keys: tuple[str, ...], source: "Source", kind: type) -> Lookup:
    names = tuple(name for name in part.table.columns if name not in keys)
    # Sums of whole numbers come as 128 bits, which arrays don't have.
    table = part.table.select(*keys, **{name: part.table[name].cast(kind.__name__) for name in names})
    return Lookup(source.sql(table), keys, names, part.column, part.least, kind)


def _columns(table: pa.Table) -> Columns:
    return {name: table.column(name).to_numpy() for name in table.column_names}
