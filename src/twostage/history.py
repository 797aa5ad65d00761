"""The log as features see it: tables that are already cut before each query's day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from twostage import running
from twostage.asof import Queries
from twostage.attributes import Attributes
from twostage.log import from_table
from twostage.params import Run

WINDOWS = (1, 3, 7, 14, 30, 56)  # days before the day of asking for which items are counted
STEPS = 3  # rows before and after that count as near
NUMBERS = ("watched_pct", "total_dur")


@dataclass(frozen=True)
class History:
    """What a feature may read: nothing of the day of asking (`as_of`) or later.

    `own`: the rows of each query's own user: query, as_of, item, age (days before as_of, 1 or more), recency
    (1 = the last one), and total_dur, watched_pct where the log has them.
    `items_before`: as_of, item, n (rows), n_1, n_3, ... (of the last 1, 3, ... days), oldest and newest (age of the
    first and last row), NAME_n and NAME_sum of total_dur and watched_pct; only items with a row.
    `count(by, keys, days)`: rows before as_of by segment, item or weekday (day modulo 7).
    `near(keys)`: how often users watched two items close to each other.
    `queries`: query, user, as_of, and where the log has them age, sex, income and segment, as codes.
    `pairs`: row (place among the candidates), query, as_of, item, segment, the generators' ranks and scores.
    `items`: item and its attributes; `genres`: item, genre.
    """

    own: ibis.Table
    items_before: ibis.Table
    queries: ibis.Table
    pairs: ibis.Table
    items: ibis.Table
    names: frozenset[str]  # of the columns that the log has: "watched_pct", "user.age", "item.genres", ...
    generators: tuple[str, ...]
    _source: "Source"

    @property
    def genres(self) -> ibis.Table:
        return self._source.genres

    def count(self, by: Sequence[str], keys: ibis.Table, days: int) -> ibis.Table:
        """`keys` (as_of, `by` and others) with n: the rows of the last `days` days before as_of."""
        totals = self._source.totals(by)
        now = running.before(keys, totals, by).mutate(n=lambda t: t.n.fill_null(0)).drop("watched")
        then = running.before(now.rename(n_now="n"), totals, by, days)
        return then.mutate(n=then.n_now - then.n.fill_null(0)).drop("n_now", "watched")

    def near(self, keys: ibis.Table) -> ibis.Table:
        """`keys` (as_of, item, other and others) with n, the times that a user had both within STEPS rows of each
        other, and n_later, those in which `other` came after; both rows lie before as_of. Null where never.
        """
        return running.before(keys, self._source.near, ("item", "other")).drop("watched")


class Source:
    """The prepared tables, as a log and in one DuckDB; gives the history for any table of queries and candidates."""

    def __init__(self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run) -> None:
        self.connection = ibis.duckdb.connect(threads=run.threads, memory_limit=run.memory)
        self.connection.raw_sql("SET preserve_insertion_order = false")
        self._about = Attributes(users, items)
        self.log = from_table(interactions, self._about)
        self._numbers = [name for name in NUMBERS if name in interactions]
        self._whole = {name: interactions[name].array for name in self._numbers}
        self._rows = self._table("log", interactions.assign(position=range(len(interactions))))
        self._items = self._table(
            "items", items.drop(columns="item_id").assign(item=np.arange(len(items), dtype="int32"))
        )
        self._users = self._user_codes(len(users))
        self._asked_days: list[int] = []
        self._totals: dict[str, ibis.Table] = {}
        self.n_items = len(items)
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
        shown = ["as_of", *(["segment"] if "segment" in asked else [])]
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

    @cached_property
    def genres(self) -> ibis.Table:
        split = self._items.select("item", genre=self._items.genres.split(", ")).unnest("genre")
        return self.store("genres", split.filter(split.genre != "").distinct())

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
        return self.store("near", running.totals(both, ["item", "other"], ["n", "n_later"]))

    def totals(self, by: Sequence[str]) -> ibis.Table:
        """Running totals n of the log's rows by columns of segment, item, weekday."""
        name = "_".join(["totals", *by])
        if name not in self._totals:
            rows = self._rows.mutate(weekday=self._rows.day % 7, n=1)
            if "segment" in by:
                codes = self._table("users", self._users.assign(user=np.arange(len(self._users), dtype=np.int32)))
                rows = rows.inner_join(codes.select("user", "segment"), "user")
            self._totals[name] = self.store(name, running.totals(rows.select("day", "n", *by), by, ["n"]))
        return self._totals[name]

    @staticmethod
    def sql(table: ibis.Table) -> str:
        return str(ibis.to_sql(table, dialect="duckdb"))

    def store(self, name: str, table: ibis.Table) -> ibis.Table:
        """Compute a table once, under a name that a later call may take again."""
        return self._create(name, self.sql(table))

    def fetch(self, sql: str) -> pa.Table:
        return self.connection.con.sql(sql).to_arrow_table()

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
        first = self._item_totals.group_by("item").aggregate(first=self._item_totals.day.min())
        found = asked.cross_join(first)
        found = running.before(found, self._item_totals, ["item"])
        found = found.filter(found.n > 0).mutate(
            oldest=found.as_of - found["first"], newest=found.as_of - found.watched
        )
        found = found.drop("first", "watched")
        counts = self._item_totals.select("item", "day", n_before="n")
        for days_back in WINDOWS:
            then = running.before(found, counts, ["item"], days_back)
            found = then.mutate(**{f"n_{days_back}": then.n - then.n_before.fill_null(0)}).drop("n_before", "watched")
        return found

    @cached_property
    def _item_totals(self) -> ibis.Table:
        columns = {"n": 1}
        for name in self._numbers:
            columns |= {
                f"{name}_n": (self._rows[name] == self._rows[name]).cast("int64"),
                f"{name}_sum": self._rows[name],
            }
        return self.store("item_totals", running.totals(self._rows.mutate(**columns), ["item"], list(columns)))

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
