"""How far people like the user watch things of the item's genres."""

from twostage.engine.beside import Keyed, Laid, beside
from twostage.engine.history import History
from twostage.features import family

PRIOR = 20  # watches at everybody's mean that a segment's mean is drawn towards


@family(
    "pair",
    {"pair_segment_genre_watched": "mean percent that the user's segment watches of the item's genres, smoothed"},
    needs=["item.genres", "user.segment", "watched_pct"],
)
def segment_genre_watched(history: History) -> Laid:
    items, means = history.items_before, history.segment_values("genres")
    laid = beside(
        Keyed(means.select("as_of", "segment", "value", n="watched_pct_n", watched="watched_pct_sum"), "genres"),
        items.group_by("as_of").aggregate(n_all=items.watched_pct_n.sum(), sum_all=items.watched_pct_sum.sum()),
    )
    pairs = laid.pairs
    mean = pairs.sum_all / pairs.n_all.nullif(0)
    return laid.select(pair_segment_genre_watched=(pairs.watched + PRIOR * mean) / (pairs.n + PRIOR))
