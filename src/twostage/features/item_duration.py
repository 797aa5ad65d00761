"""How long people watch the item, and whether this user watches as long."""

import ibis

from twostage.features import family
from twostage.history import History


@family("item", {"item_duration": "mean seconds watched"}, needs=["total_dur"])
def item_duration(history: History) -> ibis.Table:
    past = history.past
    return past.group_by(["as_of", "item"]).aggregate(
        item_duration=past.total_dur.sum() / past.total_dur.count().nullif(0)
    )
