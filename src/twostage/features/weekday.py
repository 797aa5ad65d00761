"""Whether the item belongs to the weekday of the query."""

import ibis

from twostage.features import family
from twostage.history import History

DAYS = 56
PRIOR = 10  # watches spread evenly over the week


@family("item", {"item_weekday_lift": f"share of the item's watches on this weekday in {DAYS} days, x 7, smoothed"})
def weekday(history: History) -> ibis.Table:
    past = history.past.filter(history.past.age <= DAYS)
    return past.group_by(["as_of", "item"]).aggregate(
        item_weekday_lift=(7 * past.count(where=past.age % 7 == 0) + PRIOR) / (past.count() + PRIOR)
    )
