"""How much of all watching an item gets, in windows of days, and which way it goes.

Shares and ranks, no raw counts: they mean the same on a day with twice the traffic.
"""

import ibis

from twostage.features import family
from twostage.history import WINDOWS, History


@family(
    "item",
    {f"item_share_{days}": f"share of all watches in the last {days} days, per mille" for days in WINDOWS}
    | {
        "item_share": "share of all watches ever, per mille",
        "item_rank_7": "rank by watches in the last 7 days (1 = most)",
        "item_rank": "rank by watches ever (1 = most)",
        "item_trend": "share of the last 7 days over the share of the last 30, smoothed",
        "item_days_since_first": "days since the first watch of the item",
        "item_days_since_last": "days since the last watch of the item",
    },
)
def item_popularity(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    shares = {
        f"item_share_{days}": 1000 * items[f"n_{days}"] / items[f"n_{days}"].sum().over(day).nullif(0)
        for days in WINDOWS
    }
    total_7, total_30 = items.n_7.sum().over(day), items.n_30.sum().over(day)
    return items.select(
        "as_of",
        "item",
        **shares,
        item_share=1000 * items.n / items.n.sum().over(day),
        item_rank_7=ibis.rank().over(group_by="as_of", order_by=ibis.desc("n_7")) + 1,
        item_rank=ibis.rank().over(group_by="as_of", order_by=ibis.desc("n")) + 1,
        # One watch is added to each window: a single watch is no trend.
        item_trend=(items.n_7 + 1) * (total_30 + 1) / ((items.n_30 + 1) * (total_7 + 1)),
        item_days_since_first=items.oldest,
        item_days_since_last=items.newest,
    )
