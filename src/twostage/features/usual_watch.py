"""How the user watches against how the item is watched."""

import ibis

from twostage.features import family
from twostage.history import History


@family(
    "pair",
    {"pair_duration_gap": "log2 of the item's mean seconds over the user's"},
    needs=["total_dur"],
)
def usual_watch(history: History) -> ibis.Table:
    items, own = history.items_before, history.own
    items = items.select("as_of", "item", item_mean=items.total_dur_sum / items.total_dur_n.nullif(0))
    users = own.group_by("query").aggregate(user_mean=own.total_dur.sum() / own.total_dur.count().nullif(0))
    pairs = history.pairs.select("row", "query", "as_of", "item").inner_join(items, ["as_of", "item"])
    pairs = pairs.inner_join(users, "query")
    return pairs.select("row", pair_duration_gap=((pairs.item_mean + 1) / (pairs.user_mean + 1)).log2())
