"""The log as features see it: tables that are already cut before each query's day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from twostage import running

if TYPE_CHECKING:
    from twostage.source import Source

WINDOWS = (1, 3, 7, 14, 30, 56)  # days before the day of asking for which items are counted
STEPS = 3  # rows before and after that count as near


@dataclass(frozen=True)
class History:
    """What a feature may read: nothing of the day of asking (`as_of`) or later.

    `own`: the rows of each query's own user: query, as_of, item, age (days before as_of, 1 or more), recency
    (1 = the last one), and total_dur, watched_pct where the log has them.
    `items_before`: as_of, item, n (rows), n_1, n_3, ... (of the last 1, 3, ... days), oldest and newest (age of the
    first and last row), NAME_n and NAME_sum of total_dur and watched_pct; only items with a row.
    `count(by, keys, days)`: rows before as_of by segment, age, sex, income, item, genre, weekday.
    `near(keys)`: how often users watched two items close to each other.
    `queries`: query, user, as_of, and where the log has them age, sex, income and segment, as codes.
    `pairs`: row (place among the candidates), query, as_of, item, codes as in `queries`, the generators' ranks, scores.
    `items`: item and its attributes; `values(column)`: item, value (a code) for each that a column of lists names.
    """

    own: ibis.Table
    items_before: ibis.Table
    queries: ibis.Table
    pairs: ibis.Table
    items: ibis.Table
    names: frozenset[str]  # of the columns that the log has: "watched_pct", "user.age", "item.genres", ...
    generators: tuple[str, ...]
    _source: "Source"

    def values(self, column: str) -> ibis.Table:
        return self._source.values(column)

    def so_far(self, by: Sequence[str], keys: ibis.Table, sums: Sequence[str]) -> ibis.Table:
        """`keys` (as_of, `by` and others) with n, NAME_n, NAME_sum as in `items_before`, null without a row."""
        return running.before(keys, self._source.totals(by, sums), by).drop("watched")

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


def weekday(day: ibis.Value) -> ibis.Value:
    """0 to 6, also for days before 1970, which are negative."""
    return (day % 7 + 7) % 7
