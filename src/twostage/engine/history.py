"""The log as features see it: tables that are already cut before each query's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import ibis

from twostage.base.tables import GROUPS
from twostage.engine import ready
from twostage.engine.beside import Ready

if TYPE_CHECKING:
    from twostage.engine.source import Source


@dataclass(frozen=True)
class History:
    """What a feature may read: nothing of the day of asking (`as_of`) or later.

    `own`: the rows of each query's own user: query, as_of, item, age (days before as_of, 1 or more), recency
    (1 = the last one), and total_dur, watched_pct where the log has them.
    `items_before`: as_of, item, n (rows), n_1, n_3, ... (of the last 1, 3, ... days, see `totals.WINDOWS`), n_weekday
    (on as_of's day of the week in 56 days), n_settled (at least 8 days old), n_back (of these
    the ones whose user had another row within 7 days), levels (sum of
    1000 log2(1 + rows that the row's user had on earlier days), each rounded), oldest and newest (age of the first and
    last row), NAME_n and NAME_sum of total_dur, watched_pct and the codes of the users' age, sex and income; where the
    log has times also n_1h, n_3h, ... (rows in
    the last hours before the last row of all before as_of, see `totals.HOURS`), oldest_seconds, newest_seconds (before
    that row). Only items with a row.
    `queries`: query, user, as_of, and where the log has them age, sex, income and segment, as codes.
    `items`: item and its attributes; `values(column)`: item, value (a code) for each that a column of lists names.
    The methods below give what is laid beside pairs (see `beside`).
    """

    own: ibis.Table
    items_before: ibis.Table
    queries: ibis.Table
    items: ibis.Table
    names: frozenset[str]  # of the columns that the log has: "watched_pct", "user.age", "item.genres", ...
    generators: tuple[str, ...]
    _source: "Source"

    def values(self, column: str) -> ibis.Table:
        return self._source.values(column)

    def segment_values(self, column: str) -> ibis.Table:
        """as_of, segment, value, NAME_n and NAME_sum as in `items_before`; only values with a number."""
        return self._source.segment_values(column)

    def near(self, last: int) -> Ready:
        """near_1, later_1, ...: times that a user had the query's last item, last but one, ... and the pair's item
        within `near.STEPS` rows of each other, and of these the times that the pair's item came after. Both rows lie
        before as_of. NaN where the user has no such last item.
        """
        names = [f"{name}_{place}" for name in ("near", "later") for place in range(1, last + 1)]
        return Ready(tuple(names), partial(ready.near, last=last))

    def group_counts(self, group: str, windows: tuple[int | None, ...]) -> Ready:
        """own_age_n, own_age_rows of the group "age": rows before as_of by users of the query's own age group with the
        pair's item, and with any item. NaN where the log doesn't say which group that is. Of each of the `windows` that
        isn't None the rows in so many days: own_age_n_30, own_age_rows_30. The segment is a group too.
        """
        endings = ["" if days is None else f"_{days}" for days in windows]
        names = [f"own_{group}_{of}{ending}" for of in ("n", "rows") for ending in endings]
        return Ready(tuple(names), partial(ready.group_counts, group=group, windows=windows))

    @property
    def proposed(self) -> Ready:
        """NAME_rank of each generator, NaN where it didn't propose the item, and NAME_score: from 0 for the lowest of
        the query's candidates to 1 for the highest, NaN where it has none or all are the same. Of a given pair that is
        no candidate it may lie below 0.
        """
        names = tuple(f"{name}_{part}" for name in self.generators for part in ("rank", "score"))
        return Ready(names, partial(ready.proposed, generators=self.generators))


def names(interactions: Iterable[Any], users: Iterable[Any], items: Iterable[Any]) -> frozenset[str]:
    """What a log with these columns has, as families name it: watched_pct, user.age, user.segment, item.genres, ..."""
    columns = (*(f"user.{name}" for name in users), *(f"item.{name}" for name in items))
    segment = ["user.segment"] if set(GROUPS) & set(users) else []
    return frozenset({*interactions, *columns, *segment})
