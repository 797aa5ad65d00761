"""How far the user watches things against how far the item is watched."""

import ibis

from twostage.features import family
from twostage.history import History


@family(
    "pair",
    {"pair_watched_gap": "the item's mean percent watched less the user's mean"},
    needs=["watched_pct"],
)
def usual_share(history: History) -> ibis.Table:
    items, own = history.items_before, history.own
    items = items.select("as_of", "item", item_mean=items.watched_pct_sum / items.watched_pct_n.nullif(0))
    users = own.group_by("query").aggregate(user_mean=own.watched_pct.sum() / own.watched_pct.count().nullif(0))
    pairs = history.pairs.select("row", "query", "as_of", "item").inner_join(items, ["as_of", "item"])
    pairs = pairs.inner_join(users, "query")
    return pairs.select("row", pair_watched_gap=pairs.item_mean - pairs.user_mean)
