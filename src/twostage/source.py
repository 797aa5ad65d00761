"""The prepared tables in a database, and what is cut of them for a table of queries."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from twostage import running
from twostage.asof import Queries
from twostage.attributes import UNKNOWN, Attributes
from twostage.history import STEPS, WINDOWS, History, weekday
from twostage.log import from_table
from twostage.params import Run

NUMBERS = ("watched_pct", "total_dur")


class Source:
    """The prepared tables, as a log and in one DuckDB; gives the history for any table of queries and candidates.

    With `only`, the code of the one user that will be asked about, sums that no feature of this user reads are left
    out: of other groups, and near items that aren't the user's own.
    """

    def __init__(
        self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run, only: int | None = None
    ) -> None:
        self.connection = ibis.duckdb.connect(threads=run.threads, memory_limit=run.memory)
        self.connection.raw_sql("SET preserve_insertion_order = false")
        self._about = Attributes(users, items)
        self.log = from_table(interactions, self._about)
        self._numbers = [name for name in NUMBERS if name in interactions]
        self._whole = {name: interactions[name].array for name in self._numbers}
        self._rows = self._table("log", interactions.assign(position=range(len(interactions))))
        self._items = self._table("items", self._item_numbers(items))
        self._users = self._user_codes(len(users))
        self._asked_days: list[int] = []
        self._totals: dict[str, ibis.Table] = {}
        self._values: dict[str, ibis.Table] = {}
        self.n_items, self._only = len(items), only
        columns = (*(f"user.{name}" for name in users), *(f"item.{name}" for name in items))
        self.names = frozenset({*interactions.columns, *columns, *(["user.segment"] if self._about.groups else [])})
        self.compiled: dict[str, str] = {}  # SQL by family: the tables have the same names whatever the queries

    def history(self, queries: pd.DataFrame, candidates: pd.DataFrame, generators: Iterable[str]) -> History:
        """Cut the log for these queries (query, user, day) and candidates (see `candidates.union`)."""
        asked = pd.concat(
            [
                queries[["query", "user"]].reset_index(drop=True),
                pd.DataFrame({"as_of": queries["day"].to_numpy(np.int32)}),
                self._users.iloc[queries["user"].to_numpy()].reset_index(drop=True),
            ],
            axis=1,
        )
        place = np.searchsorted(asked["query"].to_numpy(), candidates["query"].to_numpy())
        shown = ["as_of", *self._users]
        pairs = candidates.assign(
            row=np.arange(len(candidates), dtype=np.int32), **{name: asked[name].to_numpy()[place] for name in shown}
        )
        return History(
            self._table("own", self._own(asked)),
            self._items_before(np.unique(asked["as_of"]).tolist()),
            self._table("queries", asked),
            self._table("pairs", pairs),
            self._items,
            self.names,
            tuple(generators),
            self,
        )

    def values(self, column: str) -> ibis.Table:
        if column not in self._values:
            table = self._about.item_values(column)
            assert table is not None, column  # a family says which columns it needs
            item, value = table.nonzero()
            codes = pd.DataFrame({"item": item, "value": value}, dtype="int32")
            self._values[column] = self._table(f"values_{column}", codes)
        return self._values[column]

    @cached_property
    def near(self) -> ibis.Table:
        """Running totals by (item, other) of the rows of a user at most STEPS apart, both ways round: n, and n_later,
        those in which `other` came after. The day is that of the later of the two rows.

        Rows of a user stand in the order of days, so what lies between two rows of the past is past too.
        """
        order = ibis.window(group_by="user", order_by="position")
        parts = []
        for step in range(1, STEPS + 1):
            pair = self._rows.select(
                "item", other=self._rows["item"].lead(step).over(order), day=self._rows["day"].lead(step).over(order)
            ).drop_null()
            parts.append(pair.mutate(n_later=1))
            parts.append(pair.select(item="other", other="item", day="day", n_later=0))
        both = ibis.union(*parts).mutate(n=1)
        if self._only is not None:
            both = both.filter(both["item"].isin(self.log.item[self.log.user == self._only].tolist()))
        return self.store("near", running.totals(both, ["item", "other"], ["n", "n_later"]))

    def totals(self, by: Sequence[str], sums: Sequence[str] = ("n",)) -> ibis.Table:
        """Running totals of the log's rows by columns of a group of users, item, genre, weekday."""
        name = "_".join(["totals", *by, *sums])
        if name not in self._totals:
            rows = self._rows.mutate(weekday=weekday(self._rows.day), **self._sums)
            groups = [column for column in by if column in self._users]
            if groups:
                users = self._users.assign(user=np.arange(len(self._users), dtype=np.int32))
                if self._only is not None:
                    users = users[(users[groups] == users.loc[self._only, groups]).fillna(False).all(axis=1)]
                codes = self._table("users", users)
                rows = rows.inner_join(codes.select("user", *groups), "user")
            if "genre" in by:
                rows = rows.inner_join(self.values("genres").rename(genre="value"), "item")
            self._totals[name] = self.store(name, running.totals(rows.select("day", *by, *sums), by, sums))
        return self._totals[name]

    @property
    def _sums(self) -> dict[str, ibis.Value | int]:
        """What running totals may add up, by name."""
        found: dict[str, ibis.Value | int] = {"n": 1}
        for name in self._numbers:
            value = self._rows[name]
            found |= {f"{name}_n": (value == value).cast("int64"), f"{name}_sum": value}  # null is no equal of null
        return found

    @staticmethod
    def sql(table: ibis.Table) -> str:
        return str(ibis.to_sql(table, dialect="duckdb"))

    def store(self, name: str, table: ibis.Table) -> ibis.Table:
        """Compute a table once, under a name that a later call may take again."""
        return self._create(name, self.sql(table))

    def fetch(self, sql: str) -> pa.Table:
        return self.connection.con.sql(sql).to_arrow_table()

    def _item_numbers(self, items: pd.DataFrame) -> pd.DataFrame:
        """item, its attributes that are numbers, and the code of its content type; no text, which joins slowly."""
        found = items.select_dtypes("number").drop(columns="item_id", errors="ignore")
        kinds = self._about.item_values("content_type")
        if kinds is not None:
            code = np.where(np.diff(kinds.indptr) > 0, kinds.argmax(axis=1).A1, UNKNOWN)
            found = found.assign(content_type=pd.Series(code, dtype="Int32").mask(code == UNKNOWN).to_numpy())
        return found.assign(item=np.arange(len(items), dtype="int32"))

    def _user_codes(self, n_users: int) -> pd.DataFrame:
        """Codes of the groups, missing where the log doesn't say, and of their combinations: `segment`."""
        groups = self._about.groups
        codes = pd.DataFrame({name: self._about.user_codes(name) for name in groups}, index=range(n_users))
        known = codes.where(codes >= 0).astype("Int16")
        return known.assign(segment=codes.groupby(groups).ngroup().astype("int32")) if groups else known

    def _items_before(self, days: list[int]) -> ibis.Table:
        """Shards ask for the same days one after another: the table is made when they change."""
        if days != self._asked_days:
            self.store("items_before", self._items_on(days))
            self._asked_days = days
        return self.connection.table("items_before")

    def _items_on(self, days: list[int]) -> ibis.Table:
        asked = self._table("days", pd.DataFrame({"as_of": days}, dtype="int32"))
        totals = self.totals(["item"], list(self._sums))
        first = totals.group_by("item").aggregate(first=totals.day.min())
        found = asked.cross_join(first)
        found = running.before(found, totals, ["item"])
        found = found.filter(found.n > 0).mutate(
            oldest=found.as_of - found["first"], newest=found.as_of - found.watched
        )
        found = found.drop("first", "watched")
        counts = totals.select("item", "day", n_before="n")
        for days_back in WINDOWS:
            then = running.before(found, counts, ["item"], days_back)
            found = then.mutate(**{f"n_{days_back}": then.n - then.n_before.fill_null(0)}).drop("n_before", "watched")
        return found

    def _own(self, asked: pd.DataFrame) -> pd.DataFrame:
        queries = Queries(asked["user"].to_numpy(np.int32), asked["as_of"].to_numpy(), self.log)
        query, rows = queries.history()
        as_of = asked["as_of"].to_numpy()[query]
        place = np.arange(len(query)) - np.searchsorted(query, query)
        return pd.DataFrame(
            {
                "query": asked["query"].to_numpy()[query],
                "as_of": as_of,
                "item": self.log.item[rows],
                "age": as_of - self.log.day[rows],
                "recency": (queries.history_size[query] - place).astype(np.int32),
                **{name: values[rows] for name, values in self._whole.items()},
            }
        )

    def _table(self, name: str, frame: pd.DataFrame) -> ibis.Table:
        self.connection.con.register("frame", pa.Table.from_pandas(frame, preserve_index=False))
        return self._create(name, "FROM frame")

    def _create(self, name: str, sql: str) -> ibis.Table:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return self.connection.table(name)
