"""Small tables to be laid beside the pairs of a query and a candidate, and formulas over what then stands in a row.

Joins and sums happen on tables of queries, days and items, which are small; for a pair only formulas are left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from twostage.engine.layout import Layout
    from twostage.engine.source import Source

# Columns that may be a table's key. One without any is the same for all pairs.
KEY = ("query", "as_of", "segment", "item", "value")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Keyed:
    """A table with a row for each query, as_of, item, as_of and item, ... (the columns of KEY that it has).

    With a `value` in the key, its columns are added up over the item's values of `column`, 0 for those without a row,
    or the least is taken; a pair whose item has no value has none.
    """

    table: ibis.Table
    column: str = ""
    least: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in self.table.columns if name not in KEY)


@dataclass(frozen=True)
class Ready:
    """Columns that the framework has or counts itself: `lay` gives an array of each for the pairs of a layout."""

    names: tuple[str, ...]
    lay: Callable[["Source", "Layout"], list[Floats]]


Part = Keyed | Ready


@dataclass(frozen=True)
class Laid:
    """The parts, and a table of features: formulas over one row of `pairs`, with no join, sum or filter.

    They are made of the operations in `formula.KNOWN`.
    """

    parts: tuple[Part, ...]
    pairs: ibis.Table  # the columns of the parts as float64, NaN, no null, where a part has no value for a pair
    table: ibis.Table

    def select(self, **features: Any) -> "Laid":
        return Laid(self.parts, self.pairs, self.pairs.select(**features))


def beside(*parts: ibis.Table | Part) -> Laid:
    """Lay tables with different column names beside the pairs."""
    known = tuple(part if isinstance(part, Keyed | Ready) else Keyed(part) for part in parts)
    names = [name for part in known for name in part.names]
    pairs = ibis.table(dict.fromkeys(names, "float64"), name="beside")
    return Laid(known, pairs, pairs.select(names))
