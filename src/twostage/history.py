"""The log as features see it: tables that are already cut before each query's day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis
import pandas as pd
import pyarrow as pa

from twostage.attributes import GROUPS
from twostage.params import Run

UNKNOWN = "unknown"
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
    `queries`: query, user, as_of, attributes of the user, segment, and age_code, sex_code, income_code.
    `pairs`: query, as_of, item, segment: the pairs that need features, with the generators' ranks and scores.
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

    @cached_property
    def days(self) -> ibis.Table:
        """Distinct days of asking: as_of."""
        return self.queries.select("as_of").distinct()

    @property
    def genres(self) -> ibis.Table:
        return self._source.genres

    def count(self, by: Sequence[str], keys: ibis.Table, days: int | None = None) -> ibis.Table:
        """`keys` (as_of and `by`, distinct) with n: the rows of the last `days` days before as_of, or of all."""
        rows = self._source.log_by(by).mutate(n=ibis.literal(1, "int64"))
        return _before(rows, keys, by, {"n": ("n", days)})

    def near(self, keys: ibis.Table) -> ibis.Table:
        """`keys` (as_of, item, other, distinct) with n, the times that a user had both within STEPS rows of each
        other, and n_later, those in which `other` came after; both rows lie before as_of.
        """
        return _before(self._source.steps, keys, ("item", "other"), {"n": ("n", None), "n_later": ("later", None)})


class Source:
    """The prepared tables in one DuckDB; gives the history for any table of queries and candidates."""

    def __init__(self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run) -> None:
        self.connection = ibis.duckdb.connect(threads=run.threads, memory_limit=run.memory)
        self._log = self._table("log", interactions.assign(position=range(len(interactions))))
        self._users = self._table("users", _with_groups(_coded(users, "user")))
        self._items = self._table("items", _coded(items, "item"))
        self._asked_days: list[int] = []
        columns = (*(f"user.{name}" for name in users), *(f"item.{name}" for name in items))
        self.names = frozenset({*interactions.columns, *columns})
        if self.segment_parts:
            self.names |= {"user.segment"}

    @property
    def segment_parts(self) -> list[str]:
        return [name for name in GROUPS if name in self._users.columns]

    def history(self, queries: pd.DataFrame, candidates: pd.DataFrame, generators: Iterable[str]) -> History:
        """Cut the log for these queries (query, user, day) and candidates (see `candidates.union`)."""
        asked = self._table("queries", queries[["query", "user", "day"]].rename(columns={"day": "as_of"}))
        asked = asked.left_join(self._grouped_users, "user").drop("user_right")
        wanted = ["query", "as_of", *(["segment"] if self.segment_parts else [])]
        pairs = self._table("pairs", candidates).inner_join(asked.select(wanted), "query")
        days = sorted(queries["day"].unique().tolist())
        own = self._own(asked)
        return History(own, self._items_before(days), asked, pairs, self._items, self.names, tuple(generators), self)

    @cached_property
    def genres(self) -> ibis.Table:
        split = self._items.select("item", genre=self._items.genres.split(", ")).unnest("genre")
        return self.store("genres", split.filter(split.genre != "").distinct())

    @cached_property
    def steps(self) -> ibis.Table:
        """item, other, day (of the later of the two rows), n (1), later (1: other came after): rows of a user at
        most STEPS apart, both ways round.

        Rows of a user stand in the order of days, so what lies between two rows of the past is past too.
        """
        order = ibis.window(group_by="user", order_by="position")
        parts = []
        for step in range(1, STEPS + 1):
            pair = self._log.select(
                "item", other=self._log["item"].lead(step).over(order), day=self._log["day"].lead(step).over(order)
            ).drop_null()
            parts.append(pair.select("item", "other", "day", later=ibis.literal(1, "int64")))
            parts.append(pair.select(item="other", other="item", day="day", later=ibis.literal(0, "int64")))
        return self.store("steps", ibis.union(*parts).mutate(n=ibis.literal(1, "int64")))

    def log_by(self, by: Sequence[str]) -> ibis.Table:
        """The log's day and the columns `by`, of segment, item, weekday."""
        log = self._log.mutate(weekday=self._log.day % 7)
        if "segment" in by:
            log = log.inner_join(self._grouped_users.select("user", "segment"), "user")
        return log.select("day", *by)

    def store(self, name: str, table: ibis.Table) -> ibis.Table:
        """Compute a table once, under a name that a later call may take again."""
        return self._create(name, str(ibis.to_sql(table, dialect="duckdb")))

    @property
    def _grouped_users(self) -> ibis.Table:
        parts = [self._users[name].fill_null(UNKNOWN) for name in self.segment_parts]
        if not parts:
            return self._users
        text = parts[0]
        for part in parts[1:]:
            text = text + "|" + part
        return self._users.mutate(segment=text)

    def _items_before(self, days: list[int]) -> ibis.Table:
        """Shards ask for the same days one after another: the table is made when they change."""
        if days != self._asked_days:
            numbers = [name for name in NUMBERS if name in self._log.columns]
            columns = {"n": self._log.day.count()}
            for name in numbers:
                columns |= {f"{name}_n": self._log[name].count(), f"{name}_sum": self._log[name].sum().fill_null(0)}
            daily = self._log.group_by(["item", "day"]).aggregate(**columns)
            asked = self._table("days", pd.DataFrame({"as_of": days}, dtype="int32"))
            keys = asked.cross_join(self._log.select("item").distinct())
            sums: dict[str, tuple[str, int | None]] = {name: (name, None) for name in columns}
            sums |= {f"n_{days}": ("n", days) for days in WINDOWS}
            found = _before(daily, keys, ["item"], sums)
            self.store("items_before", found.filter(found.n > 0))
            self._asked_days = days
        return self.connection.table("items_before")

    def _own(self, asked: ibis.Table) -> ibis.Table:
        mine = self._log.inner_join(asked.select("query", "user", "as_of"), "user")
        mine = mine.filter(mine.day < mine.as_of)
        newest_first = ibis.window(group_by="query", order_by=ibis.desc("position"))
        own = mine.mutate(age=mine.as_of - mine.day, recency=ibis.row_number().over(newest_first) + 1)
        return self.store("own", own.drop("user", "day", "position"))

    def _table(self, name: str, frame: pd.DataFrame) -> ibis.Table:
        self.connection.con.register("frame", pa.Table.from_pandas(frame, preserve_index=False))
        return self._create(name, "FROM frame")

    def _create(self, name: str, sql: str) -> ibis.Table:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return self.connection.table(name)


def _before(
    rows: ibis.Table, keys: ibis.Table, by: Sequence[str], sums: dict[str, tuple[str, int | None]]
) -> ibis.Table:
    """`keys` (as_of, *by) with sums over the rows (day, *by) of earlier days: NAME = (column, days back, None: all).

    Beside them `oldest` and `newest`, the ages of the first and the last of these rows. The rows and the keys, as rows
    of nothing on the day of asking, are put in one order of days; a sum runs over a frame that ends a day before.
    """
    columns = sorted({column for column, _ in sums.values()})
    daily = rows.group_by([*by, "day"]).aggregate(**{column: rows[column].sum() for column in columns})
    daily = daily.mutate(watched=daily.day.cast("int32"), asked=False)
    asked = keys.select(
        *by,
        day=keys.as_of,
        **{column: ibis.literal(0).cast(daily[column].type()) for column in columns},
        watched=ibis.null("int32"),
        asked=True,
    )
    both = daily.select(asked.columns).union(asked)

    def frame(days: int | None) -> ibis.Value:
        return ibis.window(group_by=list(by), order_by=both.day, range=(None if days is None else -days, -1))

    found = both.select(
        *by,
        "asked",
        as_of=both.day,
        **{name: both[column].sum().over(frame(days)).fill_null(0) for name, (column, days) in sums.items()},
        oldest=both.day - both.watched.min().over(frame(None)),
        newest=both.day - both.watched.max().over(frame(None)),
    )
    return found.filter(found.asked).drop("asked")


def _coded(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with its codes as a column in place of its ids."""
    return table.drop(columns=f"{name}_id").assign(**{name: pd.RangeIndex(len(table)).astype("int32")})


def _with_groups(users: pd.DataFrame) -> pd.DataFrame:
    """The users with NAME_code for each attribute that makes up the segment; missing where the log doesn't say."""
    codes = {f"{name}_code": users[name].astype("category").cat.codes for name in GROUPS if name in users}
    return users.assign(**{name: code.where(code >= 0).astype("Int16") for name, code in codes.items()})
