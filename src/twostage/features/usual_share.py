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
    past, own = history.past, history.own
    items = past.group_by(["as_of", "item"]).aggregate(
        item_mean=past.watched_pct.sum() / past.watched_pct.count().nullif(0)
    )
    users = own.group_by("query").aggregate(user_mean=own.watched_pct.sum() / own.watched_pct.count().nullif(0))
    pairs = history.pairs.select("query", "as_of", "item").inner_join(items, ["as_of", "item"])
    pairs = pairs.inner_join(users, "query")
    return pairs.select("query", "item", pair_watched_gap=pairs.item_mean - pairs.user_mean)
