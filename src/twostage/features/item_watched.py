"""How far people watch the item."""

import ibis

from twostage.features import family
from twostage.history import History

PRIOR = 10  # watches at the mean of the log that a mean is drawn towards


@family(
    "item",
    {"item_watched_pct": "mean percent watched, drawn towards the mean of the log"},
    needs=["watched_pct"],
)
def item_watched(history: History) -> ibis.Table:
    past = history.past
    items = past.group_by(["as_of", "item"]).aggregate(n=past.watched_pct.count(), total=past.watched_pct.sum())
    day = ibis.window(group_by="as_of")
    mean = items.total.sum().over(day) / items.n.sum().over(day).nullif(0)
    return items.select("as_of", "item", item_watched_pct=(items.total.fill_null(0) + PRIOR * mean) / (items.n + PRIOR))
