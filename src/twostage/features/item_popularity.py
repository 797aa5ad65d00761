"""How much of all watching an item gets, in windows of days, and which way it goes.

Shares and ranks, no raw counts: they mean the same on a day with twice the traffic.
"""

import ibis

from twostage.engine.history import History
from twostage.engine.totals import WINDOWS
from twostage.features import family


@family(
    "item",
    {f"item_share_{days}": f"share of all watches in the last {days} days, per mille" for days in WINDOWS}
    | {
        "item_share_1": "share of all watches of the day before, per mille",
        "item_share": "share of all watches ever, per mille",
        "item_rank_1": "rank by watches of the day before (1 = most)",
        "item_rank_7": "rank by watches in the last 7 days (1 = most)",
        "item_rank": "rank by watches ever (1 = most)",
        "item_trend": "share of the last 7 days over the share of the last 30, smoothed",
        "item_trend_1": "share of the day before over the share of the last 7 days, smoothed",
        "item_age_rank": "place by first watch, from 0 (the oldest item) to 1 (the newest)",
        "item_days_since_last": "days since the last watch of the item",
    },
)
def item_popularity(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    shares = {
        f"item_share_{days}": 1000 * items[f"n_{days}"] / items[f"n_{days}"].sum().over(day).nullif(0)
        for days in WINDOWS
    }

    def trend(short: int, long: int) -> ibis.Value:
        # One watch is added to the long window, and to the short one its usual share of it: none at all is no trend.
        n, n_long = items[f"n_{short}"], items[f"n_{long}"]
        usual = (n.sum().over(day) + 1) / (n_long.sum().over(day) + 1)
        return (n + usual) / ((n_long + 1) * usual)

    shares |= {"item_share": 1000 * items.n / items.n.sum().over(day)}
    others = items.count().over(day) - 1
    return items.select(
        "as_of",
        "item",
        **shares,
        item_rank_1=ibis.rank().over(group_by="as_of", order_by=ibis.desc("n_1")) + 1,
        item_rank_7=ibis.rank().over(group_by="as_of", order_by=ibis.desc("n_7")) + 1,
        item_rank=ibis.rank().over(group_by="as_of", order_by=ibis.desc("n")) + 1,
        item_trend=trend(7, 30),
        item_trend_1=trend(1, 7),
        # Days since the first watch would tell one period from the next by the calendar alone.
        item_age_rank=items.place / ibis.greatest(others, 1),
        item_days_since_last=items.newest,
    )
