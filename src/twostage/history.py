"""The log as features see it: tables that are already cut before each query's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import ibis
import pandas as pd
import pyarrow as pa

from twostage.params import Run

GROUPS = ("age", "sex", "income")  # attributes of a user that make up the segment
UNKNOWN = "unknown"


@dataclass(frozen=True)
class History:
    """What a feature may read. A row of the log stands here only with a day of asking that is later than its own.

    `past`: every row before each distinct day of asking: as_of (that day), user, item, age (days before as_of,
    1 or more), and total_dur, watched_pct, segment where the log has them.
    `own`: the rows of each query's own user before its day: query, as_of, item, age, recency (1 = the last one),
    and total_dur, watched_pct where the log has them.
    `queries`: query, user, as_of, attributes of the user, segment, and age_code, sex_code, income_code.
    `pairs`: query, as_of, item, segment: the pairs that need features, with the generators' ranks and scores.
    `items`: item and its attributes; `genres`: item, genre.
    """

    past: ibis.Table
    own: ibis.Table
    queries: ibis.Table
    pairs: ibis.Table
    items: ibis.Table
    names: frozenset[str]  # of the columns that the log has: "watched_pct", "user.age", "item.genres", ...
    generators: tuple[str, ...]

    @cached_property
    def genres(self) -> ibis.Table:
        split = self.items.genres.split(", ")
        return self.items.select("item", genre=split).unnest("genre").filter(lambda t: t.genre != "").distinct()


class Source:
    """The prepared tables in one DuckDB; gives the history for any table of queries and candidates."""

    def __init__(self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run) -> None:
        self.connection = ibis.duckdb.connect(threads=run.threads, memory_limit=run.memory)
        self._log = self._table("log", interactions.assign(position=range(len(interactions))))
        self._users = self._table("users", _with_groups(_coded(users, "user")))
        self._items = self._table("items", _coded(items, "item"))
        columns = (*(f"user.{name}" for name in users), *(f"item.{name}" for name in items))
        self.names = frozenset({*interactions.columns, *columns})
        if self.segment_parts:
            self.names |= {"user.segment"}

    @property
    def segment_parts(self) -> list[str]:
        return [name for name in GROUPS if name in self._users.columns]

    def history(self, queries: pd.DataFrame, candidates: pd.DataFrame, generators: Iterable[str]) -> History:
        """Cut the log for these queries (query, user, day) and candidates (see `candidates.union`)."""
        users = self._users
        if self.segment_parts:
            users = users.mutate(segment=_joined([users[name] for name in self.segment_parts]))
        asked = self._table("queries", queries[["query", "user", "day"]].rename(columns={"day": "as_of"}))
        asked = asked.left_join(users, "user").drop("user_right")
        pairs = self._table("pairs", candidates)
        wanted = ["query", "as_of", *(["segment"] if self.segment_parts else [])]
        pairs = pairs.inner_join(asked.select(wanted), "query")
        return History(
            self._past(asked, users), self._own(asked), asked, pairs, self._items, self.names, tuple(generators)
        )

    def _past(self, asked: ibis.Table, users: ibis.Table) -> ibis.Table:
        days, log = asked.select("as_of").distinct(), self._log
        if self.segment_parts:
            log = log.inner_join(users.select("user", "segment"), "user")
        past = log.inner_join(days, log.day < days.as_of)
        return past.mutate(age=past.as_of - past.day).drop("day", "position")

    def _own(self, asked: ibis.Table) -> ibis.Table:
        mine = self._log.inner_join(asked.select("query", "user", "as_of"), "user")
        mine = mine.filter(mine.day < mine.as_of)
        newest_first = ibis.window(group_by="query", order_by=ibis.desc("position"))
        own = mine.mutate(age=mine.as_of - mine.day, recency=ibis.row_number().over(newest_first) + 1)
        return own.drop("user", "day", "position")

    def store(self, name: str, table: ibis.Table) -> ibis.Table:
        """Compute a table once, under a name that a later call may take again."""
        return self._create(name, str(ibis.to_sql(table, dialect="duckdb")))

    def _table(self, name: str, frame: pd.DataFrame) -> ibis.Table:
        self.connection.con.register("frame", pa.Table.from_pandas(frame, preserve_index=False))
        return self._create(name, "FROM frame")

    def _create(self, name: str, sql: str) -> ibis.Table:
        self.connection.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return self.connection.table(name)


def _coded(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with its codes as a column in place of its ids."""
    return table.drop(columns=f"{name}_id").assign(**{name: pd.RangeIndex(len(table)).astype("int32")})


def _with_groups(users: pd.DataFrame) -> pd.DataFrame:
    """The users with NAME_code for each attribute that makes up the segment; missing where the log doesn't say."""
    codes = {f"{name}_code": users[name].astype("category").cat.codes for name in GROUPS if name in users}
    return users.assign(**{name: code.where(code >= 0).astype("Int16") for name, code in codes.items()})


def _joined(parts: list[ibis.Value]) -> ibis.Value:
    filled = [part.fill_null(UNKNOWN) for part in parts]
    text = filled[0]
    for part in filled[1:]:
        text = text + "|" + part
    return text
