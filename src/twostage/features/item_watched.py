"""How far people watch the item."""

import ibis

from twostage.engine.history import History
from twostage.features import family

PRIOR = 10  # watches at the mean of the log that a mean is drawn towards


@family(
    "item",
    {"item_watched_pct": "mean percent watched, drawn towards the mean of the log"},
    needs=["watched_pct"],
)
def item_watched(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    n, total = items.watched_pct_n, items.watched_pct_sum
    mean = total.sum().over(day) / n.sum().over(day).nullif(0)
    return items.select("as_of", "item", item_watched_pct=(total + PRIOR * mean) / (n + PRIOR))
