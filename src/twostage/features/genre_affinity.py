"""How much of the user's watching goes to the item's genres, and when it last did."""

import ibis

from twostage.features import family
from twostage.history import History


@family(
    "pair",
    {
        "pair_genre_affinity": "share of the user's items in a genre, mean over the item's genres",
        "pair_genre_affinity_last": "the same of the user's last 10 items",
        "pair_genre_days_since": "days since the user watched something of one of the item's genres",
        "pair_genre_lift": "pair_genre_affinity over the share that the log gives those genres",
    },
    needs=["item.genres"],
)
def genre_affinity(history: History) -> ibis.Table:
    genres, own, items = history.genres, history.own, history.items_before
    mine = own.inner_join(genres, "item")
    taste = mine.group_by(["query", "genre"]).aggregate(
        n=mine.count(), n_last=mine.count(where=mine.recency <= 10), newest=mine.age.min()
    )
    rows = own.group_by("query").aggregate(rows=own.count(), rows_last=own.count(where=own.recency <= 10))
    spread = items.select("as_of", "item", "n").inner_join(genres, "item")
    everyone = spread.group_by(["as_of", "genre"]).aggregate(everyone=spread.n.sum())
    total = items.group_by("as_of").aggregate(total=items.n.sum())
    wide = history.pairs.select("row", "query", "as_of", "item").inner_join(genres, "item")
    wide = wide.left_join(taste, ["query", "genre"]).drop("query_right", "genre_right")
    wide = wide.left_join(everyone, ["as_of", "genre"]).drop("as_of_right", "genre_right")
    pairs = wide.group_by(["row", "query", "as_of"]).aggregate(
        genres=wide.count(),
        n=wide.n.sum().fill_null(0),
        n_last=wide.n_last.sum().fill_null(0),
        newest=wide.newest.min(),
        everyone=wide.everyone.sum(),
    )
    pairs = pairs.inner_join(rows, "query").inner_join(total, "as_of")
    return pairs.select(
        "row",
        pair_genre_affinity=pairs.n / (pairs.genres * pairs.rows),
        pair_genre_affinity_last=pairs.n_last / (pairs.genres * pairs.rows_last),
        pair_genre_days_since=pairs.newest,
        # One watch at the log's own shares smooths a short history.
        pair_genre_lift=(pairs.n * pairs.total / pairs.everyone.nullif(0) + 1) / (pairs.rows + 1),
    )
