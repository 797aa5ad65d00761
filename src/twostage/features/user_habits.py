"""What kind of items the user takes, and at which pace."""

import ibis

from twostage.engine.history import History
from twostage.features import family

FRESH = 30  # days since its first watch for which an item is new


@family(
    "user",
    {
        "user_popularity": "log2 of the watches of the user's items (mean), less that of all watches",
        "user_fresh_share": f"share of the user's items that were at most {FRESH} days old when watched",
        "user_gap": "mean days between two days with a watch",
    },
)
def user_habits(history: History) -> ibis.Table:
    own, items = history.own, history.items_before
    # Thousandths as whole numbers: their sums are exact.
    level = (1000 * items.n.log2()).round().cast("int64")
    items = items.select("as_of", "item", "oldest", "n", level=level)
    usual = items.group_by("as_of").aggregate(usual=(items.level * items.n).sum() / items.n.sum())
    mine = own.select("query", "as_of", "item", "age").inner_join(items, ["as_of", "item"])
    users = mine.group_by(["query", "as_of"]).aggregate(
        rows=mine.count(),
        levels=mine.level.sum(),
        fresh=mine.count(where=mine.oldest - mine.age <= FRESH),
        days=mine.age.nunique(),
        span=mine.age.max() - mine.age.min(),
    )
    users = users.inner_join(usual, "as_of")
    return users.select(
        "query",
        user_popularity=(users.levels / users.rows - users.usual) / 1000,
        user_fresh_share=users.fresh / users.rows,
        user_gap=users.span / (users.days - 1).nullif(0),
    )
