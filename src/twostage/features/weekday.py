"""Whether the item belongs to the weekday of the query."""

import ibis

from twostage.engine.history import History
from twostage.engine.totals import WEEKDAY_WINDOW
from twostage.features import family

PRIOR = 10  # watches at everybody's share of this weekday that are added to the item's


@family(
    "item",
    {
        "item_weekday_lift": f"share of the item's watches in {WEEKDAY_WINDOW} days that fell on this weekday, "
        "smoothed, over that of all watches"
    },
)
def weekday(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    watches = items[f"n_{WEEKDAY_WINDOW}"]
    usual = (items.n_weekday.sum().over(day) / watches.sum().over(day).nullif(0)).nullif(0)
    lift = (items.n_weekday + PRIOR * usual) / ((watches + PRIOR) * usual)
    return items.select("as_of", "item", item_weekday_lift=lift)
