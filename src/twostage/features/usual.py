"""What is usual in the user's history, and how far the item is from it."""

import ibis

from twostage.features import family
from twostage.history import History


@family(
    "pair",
    {
        "pair_popularity_gap": "log2 of the item's watches over those of the user's usual item (mean of logs)",
        "pair_age_gap": "place of the item by first watch, from 0 (oldest) to 1, less the mean of the user's items",
    },
)
def usual(history: History) -> ibis.Table:
    items, own = history.items_before, history.own
    # Thousandths as whole numbers: their sums are exact.
    items = items.select(
        "as_of",
        "item",
        level=(1000 * items.n.log2()).round().cast("int64"),
        place=ibis.rank().over(group_by="as_of", order_by=ibis.desc("oldest")),
        others=items.count().over(group_by="as_of") - 1,
    )
    mine = own.inner_join(items, ["as_of", "item"])
    users = mine.group_by("query").aggregate(rows=mine.count(), levels=mine.level.sum(), places=mine.place.sum())
    pairs = history.pairs.select("row", "query", "as_of", "item").inner_join(items, ["as_of", "item"])
    pairs = pairs.inner_join(users, "query")
    return pairs.select(
        "row",
        pair_popularity_gap=(pairs.level - pairs.levels / pairs.rows) / 1000,
        pair_age_gap=(pairs.place - pairs.places / pairs.rows) / pairs.others.nullif(0),
    )
