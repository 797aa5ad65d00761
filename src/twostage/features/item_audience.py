"""Who watches the item: how much they had watched before, and whether they come back."""

import ibis

from twostage.engine.history import History
from twostage.features import family

PRIOR = 10  # watches at the share of all that are added to an item's


@family(
    "item",
    {
        "item_audience": "log2 of 1 + the rows that its watchers had on earlier days (mean), less that of all watches",
        "item_return": "share of its watchers who came back within a week, smoothed, less that of all watches",
    },
)
def item_audience(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    usual_level = items.levels.sum().over(day) / items.n.sum().over(day)
    usual_back = items.n_back.sum().over(day) / ibis.greatest(items.n_settled.sum().over(day), 1)
    return items.select(
        "as_of",
        "item",
        item_audience=(items.levels / items.n - usual_level) / 1000,
        item_return=(items.n_back - items.n_settled * usual_back) / (items.n_settled + PRIOR),
    )
