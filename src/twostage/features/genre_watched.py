"""How far the user watches things of the item's genres."""

import ibis

from twostage.features import family
from twostage.history import History

PRIOR = 3  # watches at the user's mean that a genre's mean is drawn towards


@family(
    "pair",
    {"pair_genre_watched": "mean percent that the user watched of the item's genres, less the user's mean; smoothed"},
    needs=["item.genres", "watched_pct"],
)
def genre_watched(history: History) -> ibis.Table:
    genres = history.values("genres")
    own = history.own.filter(history.own.watched_pct == history.own.watched_pct)  # known ones
    mine = own.inner_join(genres, "item")
    taste = mine.group_by(["query", "value"]).aggregate(n=mine.count(), watched=mine.watched_pct.sum())
    users = own.group_by("query").aggregate(rows=own.count(), total=own.watched_pct.sum())
    wide = history.pairs.select("row", "query", "item").inner_join(genres, "item")
    wide = wide.left_join(taste, ["query", "value"]).drop("query_right", "value_right")
    pairs = wide.group_by(["row", "query"]).aggregate(
        n=wide.n.sum().fill_null(0), watched=wide.watched.sum().fill_null(0)
    )
    pairs = pairs.inner_join(users, "query")
    mean = pairs.total / pairs.rows
    return pairs.select("row", pair_genre_watched=(pairs.watched + PRIOR * mean) / (pairs.n + PRIOR) - mean)
