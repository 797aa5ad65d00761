"""A family compiled: what must stand beside the pairs, and formulas over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twostage.engine import formula
from twostage.engine.beside import KEY, Keyed, Laid, Ready, beside
from twostage.engine.layout import Columns, Floats, Layout, Spread, over_values

if TYPE_CHECKING:
    from twostage.engine.source import Source


@dataclass(frozen=True)
class Lookup:
    """A keyed table (see `beside.Keyed`) as SQL."""

    sql: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    column: str
    least: bool

    def lay(self, source: "Source", layout: Layout) -> list[Floats]:
        """Each column for the pairs of the layout."""
        owners = tuple(key for key in self.keys if key != "value")
        if {"query", "segment"} & set(self.keys):
            if self.column:
                spread = layout.spread(owners, self.column, source.item_values(self.column))
                return self._summed(source, layout, owners, spread)
            columns = self._dense(source, layout)
        else:
            if self.sql not in source.kept:
                source.kept[self.sql] = self._of_days(source, layout, owners)
            columns = source.kept[self.sql]
        places = layout.places((*owners, "item") if self.column else self.keys)
        return [column.take(places) for column in columns]

    def _of_days(self, source: "Source", layout: Layout, owners: tuple[str, ...]) -> list[Floats]:
        if not self.column:
            return self._dense(source, layout)
        owner, item = np.divmod(np.arange(layout.owners(owners) * layout.n_items), layout.n_items)
        return self._summed(source, layout, owners, Spread(owner, item, source.item_values(self.column)))

    def _dense(self, source: "Source", layout: Layout) -> list[Floats]:
        return layout.dense(self.keys, _columns(source.fetch(self.sql)), self.names)

    def _summed(self, source: "Source", layout: Layout, owners: tuple[str, ...], spread: Spread) -> list[Floats]:
        table = _columns(source.fetch(self.sql))
        place, known = layout.rows(owners, table)
        rows = place[known], table["value"][known]
        columns = [table[name][known] for name in self.names]
        return over_values(spread, rows, columns, self.least)


@dataclass(frozen=True)
class Plan:
    parts: tuple[Lookup | Ready, ...]
    formulas: Mapping[str, ops.Value]  # by feature, over the columns of the parts

    @property
    def names(self) -> tuple[str, ...]:
        """Of the features."""
        return tuple(self.formulas)

    def fill(self, source: "Source", layout: Layout, rows: npt.NDArray[np.float32]) -> None:
        """[features, pairs]: each feature of the pairs of the layout."""
        columns = {
            name: column
            for part in self.parts
            for name, column in zip(part.names, part.lay(source, layout), strict=True)
        }
        for one, row in zip(self.formulas.values(), rows, strict=True):
            row[:] = formula.values(one, columns)


def compiled(built: ibis.Table | Laid, source: "Source") -> Plan:
    """What a family has built; a table's columns are its features. Raises as `formula.check`."""
    laid = built if isinstance(built, Laid) else beside(built)
    formulas = laid.table.op().values
    for name, one in formulas.items():
        formula.check(name, one)
    return Plan(tuple(part if isinstance(part, Ready) else _lookup(part, source) for part in laid.parts), formulas)


def _lookup(part: Keyed, source: "Source") -> Lookup:
    keys = tuple(name for name in KEY if name in part.table.columns)
    # Sums of whole numbers come as 128 bits, which arrays don't have.
    table = part.table.select(*keys, **{name: part.table[name].cast("float64") for name in part.names})
    return Lookup(source.sql(table), keys, part.names, part.column, part.least)


def _columns(table: pa.Table) -> Columns:
    return {name: table.column(name).to_numpy() for name in table.column_names}
