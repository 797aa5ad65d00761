"""What is usual in the user's history, and how far the item is from it."""

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family


@family(
    "pair",
    {
        "pair_popularity_gap": "log2 of the item's watches over those of the user's usual item (mean of logs)",
        "pair_age_gap": "place of the item by first watch, from 0 (oldest) to 1, less the mean of the user's items",
    },
)
def usual(history: History) -> Laid:
    items, own = history.items_before, history.own
    # Thousandths as whole numbers: their sums are exact.
    items = items.select(
        "as_of",
        "item",
        "place",
        level=(1000 * items.n.log2()).round().cast("int64"),
        others=items.count().over(group_by="as_of") - 1,
    )
    mine = own.inner_join(items, ["as_of", "item"])
    users = mine.group_by("query").aggregate(rows=mine.count(), levels=mine.level.sum(), places=mine.place.sum())
    laid = beside(items, users)
    pairs = laid.pairs
    return laid.select(
        pair_popularity_gap=(pairs.level - pairs.levels / pairs.rows) / 1000,
        pair_age_gap=(pairs.place - pairs.places / pairs.rows) / pairs.others.nullif(0),
    )
