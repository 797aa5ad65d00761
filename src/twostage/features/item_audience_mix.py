"""Of which age, sex and income the item's watchers are."""

from functools import partial

import ibis

from twostage.base.tables import GROUPS
from twostage.engine.history import History
from twostage.features import family

PRIOR = 10  # watches by the log's usual user that are added to an item's


def item_audience_mix(history: History, group: str) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    known, total = items[f"{group}_n"], items[f"{group}_sum"]
    usual = total.sum().over(day) / known.sum().over(day).nullif(0)
    mean = (total + PRIOR * usual) / (known + PRIOR)
    return items.select("as_of", "item", **{f"item_audience_{group}": mean - usual})


for group in GROUPS:
    meaning = f"code of its watchers' {group} group (mean), smoothed, less that of all watches"
    family("item", {f"item_audience_{group}": meaning}, needs=[f"user.{group}"], name=f"item_audience_{group}")(
        partial(item_audience_mix, group=group)
    )
