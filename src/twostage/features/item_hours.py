"""What has just happened, where the log tells the time: for news a day is long.

Hours are counted back from the last watch of all before the day: a log cut at noon knows nothing of the evening.
"""

import ibis

from twostage.engine.history import History
from twostage.engine.totals import HOUR, HOURS
from twostage.features import family

WEEK = 7 * 24  # hours; longer ages would tell one period from the next by the calendar alone


@family(
    "item",
    {f"item_share_{hours}h": f"share of all watches in the last {hours} known hours, per mille" for hours in HOURS}
    | {
        "item_share_1h": "share of all watches in the last known hour, per mille",
        "item_hours_since_first": f"hours from the item's first watch to the last one of all, at most {WEEK}",
        "item_hours_since_last": f"hours from the item's last watch to the last one of all, at most {WEEK}",
    },
    needs=["time"],
)
def item_hours(history: History) -> ibis.Table:
    items, day = history.items_before, ibis.window(group_by="as_of")
    shares = {
        f"item_share_{hours}h": 1000 * items[f"n_{hours}h"] / items[f"n_{hours}h"].sum().over(day).nullif(0)
        for hours in HOURS
    }
    return items.select(
        "as_of",
        "item",
        **shares,
        item_hours_since_first=ibis.least(items.oldest_seconds / HOUR, WEEK),
        item_hours_since_last=ibis.least(items.newest_seconds / HOUR, WEEK),
    )
