"""Who watches the item: how much they had watched before, and whether they come back."""

import ibis

from twostage.engine.history import History
from twostage.features import family

PRIOR = 10  # watches at the share of all that are added to an item's


@family(
    "item",
    {
        "item_audience": "log2 of 1 + the rows that its watchers had on earlier days (mean), less that of all watches",
        "item_return": "share of its watchers who came back on a later day, smoothed, less that of all watches",
    },
)
def item_audience(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    rows = items.n.sum().over(day)
    usual_level, usual_back = items.levels.sum().over(day) / rows, items.n_back.sum().over(day) / rows
    return items.select(
        "as_of",
        "item",
        item_audience=(items.levels / items.n - usual_level) / 1000,
        item_return=(items.n_back - items.n * usual_back) / (items.n + PRIOR),
    )
