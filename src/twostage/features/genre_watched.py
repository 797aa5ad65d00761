"""How far the user watches things of the item's genres."""

from twostage.engine.beside import Keyed, Laid, beside
from twostage.engine.history import History
from twostage.features import family

PRIOR = 3  # watches at the user's mean that a genre's mean is drawn towards


@family(
    "pair",
    {"pair_genre_watched": "mean percent that the user watched of the item's genres, less the user's mean; smoothed"},
    needs=["item.genres", "watched_pct"],
)
def genre_watched(history: History) -> Laid:
    own = history.own.filter(history.own.watched_pct.notnull())
    mine = own.inner_join(history.values("genres"), "item")
    laid = beside(
        Keyed(mine.group_by(["query", "value"]).aggregate(n=mine.count(), watched=mine.watched_pct.sum()), "genres"),
        own.group_by("query").aggregate(rows=own.count(), total=own.watched_pct.sum()),
    )
    pairs = laid.pairs
    mean = pairs.total / pairs.rows
    return laid.select(pair_genre_watched=(pairs.watched + PRIOR * mean) / (pairs.n + PRIOR) - mean)
