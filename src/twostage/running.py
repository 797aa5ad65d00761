"""Sums over the days before a day: running totals once, then a look at where each day of asking falls among them."""

from collections.abc import Sequence

import ibis


def totals(rows: ibis.Table, by: Sequence[str], columns: Sequence[str]) -> ibis.Table:
    """`by`, day and the sums of `columns` over the rows up to that day; a row for each day that has one."""
    daily = rows.group_by([*by, "day"]).aggregate(**{name: rows[name].sum() for name in columns})
    window = ibis.window(group_by=list(by), order_by="day", rows=(None, 0))
    sums = {name: daily[name].sum().over(window).fill_null(0).cast("int64") for name in columns}
    return daily.select(*by, "day", **sums)


def before(keys: ibis.Table, running: ibis.Table, by: Sequence[str], days: int = 0) -> ibis.Table:
    """`keys` (as_of, *by and others) with the columns of `running` on the last day before `as_of` - `days`.

    Null where there is no such day. `watched` is that day, in place of `day`.
    """
    others = running.rename({f"{name}_of_total": name for name in by}).rename(watched="day")
    found = keys.asof_join(
        others,
        on=keys.as_of - days > others.watched,
        predicates=[keys[name] == others[f"{name}_of_total"] for name in by],
    )
    return found.drop([f"{name}_of_total" for name in by])
