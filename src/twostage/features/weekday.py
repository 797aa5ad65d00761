"""Whether the item belongs to the weekday of the query."""

import ibis

from twostage.engine.history import History
from twostage.engine.totals import WEEKS
from twostage.features import family

PRIOR = 10  # watches spread evenly over the week


@family("item", {"item_weekday_lift": f"share of the item's watches on this weekday in {WEEKS} days, x 7, smoothed"})
def weekday(history: History) -> ibis.Table:
    items = history.items_before
    lift = (7 * items.n_weekday + PRIOR) / (items[f"n_{WEEKS}"] + PRIOR)
    return items.select("as_of", "item", item_weekday_lift=lift)
