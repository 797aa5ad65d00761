"""Who watches the item: how much they had watched before, and whether they come back."""

import ibis

from twostage.engine.history import History
from twostage.features import family

PRIOR = 10  # watches at the share of the log that an item's is drawn towards


@family(
    "item",
    {
        "item_audience": "log2 of 1 + the items that the item's watchers had watched on earlier days, mean over them",
        "item_return_share": "share of the item's watchers who came back on a later day, drawn towards that of the log",
    },
)
def item_audience(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    usual = items.n_back.sum().over(day) / items.n.sum().over(day)
    return items.select(
        "as_of",
        "item",
        item_audience=items.levels / (1000 * items.n),
        item_return_share=(items.n_back + PRIOR * usual) / (items.n + PRIOR),
    )
