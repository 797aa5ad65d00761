"""The prepared tables in a database, and what is cut of them for a table of queries."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.sparse import csr_matrix

from twostage.base import memory, runs
from twostage.base.errors import InputError
from twostage.base.params import Run
from twostage.engine import totals
from twostage.engine.audience import Audience, audience
from twostage.engine.codes import item_numbers, user_codes
from twostage.engine.groups import Groups
from twostage.engine.history import History, names
from twostage.engine.layout import Layout
from twostage.engine.near import Near
from twostage.engine.plan import Plan
from twostage.past.asof import Queries
from twostage.past.attributes import UNKNOWN, Attributes
from twostage.past.log import Ints, from_table

SPILL = Path(".tmp")  # of what doesn't fit into memory; ignored by git
NUMBERS = ("watched_pct", "total_dur")


class Source:
    """The prepared tables, as a log and in one DuckDB; gives the history for any table of queries and candidates.

    With `only`, the code of the one user that will be asked about, near items that aren't the user's own are left out.
    """

    def __init__(
        self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run, only: int | None = None
    ) -> None:
        # A folder of its own: databases that spill into the same one, DuckDB's default, overwrite each other's rows.
        SPILL.mkdir(exist_ok=True)
        self._spill = TemporaryDirectory(dir=SPILL, ignore_cleanup_errors=True)
        self.connection = ibis.duckdb.connect(
            threads=run.threads, memory_limit=memory.database(run), temp_directory=self._spill.name
        )
        self.about = Attributes(users, items)
        self.log = from_table(interactions, self.about)
        self._whole = {name: interactions[name].array for name in NUMBERS if name in interactions}
        self._numbers = {name: values.to_numpy(np.float64, na_value=np.nan) for name, values in self._whole.items()}
        self._items = self._table("items", item_numbers(items, self.about))
        self._users = user_codes(self.about)
        self._asked_days: list[int] = []
        self._by_segment: set[str] = set()  # columns of lists whose values are counted by segment
        self._values: dict[str, ibis.Table] = {}
        self._groups: dict[tuple[str, int], Groups] = {}
        self.n_items, self._only = len(items), only
        self.names = names(interactions, users, items)
        self.plans: dict[str, Plan] = {}  # by family: the tables have the same names whatever the queries
        self.kept: dict[str, list[npt.NDArray[np.float64]]] = {}  # by SQL: what holds as long as the days stay

    def layout(self, queries: pd.DataFrame, candidates: pd.DataFrame, days: Ints | None = None) -> Layout:
        """Of these queries (query, user, day) and candidates (see `candidates.union`).

        days: ascending, the queries' and those of later layouts, so that tables by day are made once for all.
        """
        asked = pd.concat(
            [
                queries[["query", "user"]].reset_index(drop=True),
                pd.DataFrame({"as_of": queries["day"].to_numpy(np.int32)}),
                self._users.iloc[queries["user"].to_numpy()].reset_index(drop=True),
            ],
            axis=1,
        )
        return Layout(asked, candidates, self.n_items, np.unique(asked["as_of"].to_numpy()) if days is None else days)

    def history(self, layout: Layout, generators: Iterable[str]) -> History:
        """Cut the log for these queries and candidates."""
        asked = layout.queries
        days = layout.days.tolist()
        if days != self._asked_days:  # shards ask for the same days one after another
            self._asked_days = days
            self.kept.clear()
            numbers = self._numbers | self._codes
            self._table("items_before", totals.items_before(layout.days, self.log, numbers, self._people))
            for column in self._by_segment:
                self._count_by_segment(column)
        return History(
            self._table("own", self._own(asked)),
            self.connection.table("items_before"),
            self._table("queries", asked),
            self._items,
            self.names,
            tuple(generators),
            self,
        )

    def item_values(self, column: str) -> csr_matrix:
        """[items, values]; see `Attributes.item_values`."""
        found = self.about.item_values(column)
        if found is None:
            raise InputError(f"{column}: the items have no such column; a family that reads it must say so in `needs`")
        return found

    def values(self, column: str) -> ibis.Table:
        if column not in self._values:
            item, value = self.item_values(column).nonzero()
            codes = pd.DataFrame({"item": item, "value": value}, dtype="int32")
            self._values[column] = self._table(f"values_{column}", codes)
        return self._values[column]

    def segment_values(self, column: str) -> ibis.Table:
        if column not in self._by_segment:
            self._by_segment.add(column)
            self._count_by_segment(column)
        return self.connection.table(f"segment_{column}")

    def _count_by_segment(self, column: str) -> None:
        days = np.array(self._asked_days, np.int32)
        self._table(f"segment_{column}", totals.segment_values(days, self.log, self.item_values(column), self._numbers))

    @cached_property
    def _codes(self) -> dict[str, npt.NDArray[np.float32]]:
        """Of age, sex and income the code of each row's user, NaN where the log doesn't say."""
        codes = {name: self.about.user_codes(name).astype(np.float32) for name in self.about.groups}
        return {
            name: np.where(code == UNKNOWN, np.float32(np.nan), code)[self.log.user] for name, code in codes.items()
        }

    def groups(self, name: str, back: int = 0) -> Groups:
        """Of age, sex, income or the segment. One for each number of days `back`: so the days asked of it ascend."""
        if (name, back) not in self._groups:
            self._groups[name, back] = Groups(self.log, self._users[name].fillna(UNKNOWN).to_numpy(np.int32))
        return self._groups[name, back]

    @cached_property
    def _people(self) -> Audience:
        return audience(self.log)

    @cached_property
    def near(self) -> Near:
        return Near(self.log, None if self._only is None else self.log.item[self.log.user == self._only])

    def asked(self, queries: pd.DataFrame) -> Queries:
        return Queries(queries["user"].to_numpy(np.int32), queries["as_of"].to_numpy(np.int32), self.log)

    @staticmethod
    def sql(table: ibis.Table) -> str:
        return str(ibis.to_sql(table, dialect="duckdb"))

    def repeat(self, other: "Source") -> None:
        """Follow the plans of another source of the same columns, whose SQL is compiled."""
        self.plans, self._by_segment = other.plans, set(other._by_segment)
        for column in other._values:
            self.values(column)

    def fetch(self, sql: str) -> pa.Table:
        return self.connection.con.sql(sql).to_arrow_table()

    def _own(self, asked: pd.DataFrame) -> dict[str, Any]:
        queries = self.asked(asked)
        query, rows = queries.history()
        as_of = asked["as_of"].to_numpy()[query]
        place = runs.place(query)
        return {
            "query": asked["query"].to_numpy()[query],
            "as_of": as_of,
            "item": self.log.item[rows],
            "age": as_of - self.log.day[rows],
            "recency": (queries.history_size[query] - place).astype(np.int32),
            **{name: values[rows] for name, values in self._whole.items()},
        }

    def _table(self, name: str, columns: dict[str, Any] | pd.DataFrame) -> ibis.Table:
        self.connection.con.register("frame", pa.table(dict(columns)))
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS FROM frame')
        return self.connection.table(name)
