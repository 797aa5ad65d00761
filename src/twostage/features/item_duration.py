"""How long people watch the item."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_duration": "mean seconds watched"}, needs=["total_dur"])
def item_duration(history: History) -> ibis.Table:
    items = history.items_before
    return items.select("as_of", "item", item_duration=items.total_dur_sum / items.total_dur_n.nullif(0))
