"""Whether the item belongs to the weekday of the query."""

import ibis

from twostage.features import family
from twostage.history import History
from twostage.history import weekday as weekday_of

DAYS = 56
PRIOR = 10  # watches spread evenly over the week


@family("item", {"item_weekday_lift": f"share of the item's watches on this weekday in {DAYS} days, x 7, smoothed"})
def weekday(history: History) -> ibis.Table:
    items = history.items_before
    keys = items.select("as_of", "item", weekday=weekday_of(items.as_of))
    same = history.count(["item", "weekday"], keys, DAYS)
    items = items.inner_join(same.select("as_of", "item", n_same="n"), ["as_of", "item"])
    return items.select("as_of", "item", item_weekday_lift=(7 * items.n_same + PRIOR) / (items[f"n_{DAYS}"] + PRIOR))
