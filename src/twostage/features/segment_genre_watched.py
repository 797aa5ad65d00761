"""How far people like the user watch things of the item's genres."""

import ibis

from twostage.features import family
from twostage.history import History

PRIOR = 20  # watches at everybody's mean that a segment's mean is drawn towards


@family(
    "pair",
    {"pair_segment_genre_watched": "mean percent that the user's segment watches of the item's genres, smoothed"},
    needs=["item.genres", "user.segment", "watched_pct"],
)
def segment_genre_watched(history: History) -> ibis.Table:
    items = history.items_before
    everyone = items.group_by("as_of").aggregate(n_all=items.watched_pct_n.sum(), sum_all=items.watched_pct_sum.sum())
    pairs = history.pairs.select("row", "as_of", "segment", "item")
    wide = pairs.inner_join(history.values("genres"), "item")
    asked = wide.select("as_of", "segment", "value").distinct()
    means = history.so_far(["segment", "genre"], asked.rename(genre="value"), ["watched_pct_n", "watched_pct_sum"])
    means = means.select("as_of", "segment", value="genre", n="watched_pct_n", watched="watched_pct_sum")
    wide = wide.inner_join(means, ["as_of", "segment", "value"])
    pairs = wide.group_by(["row", "as_of"]).aggregate(
        n=wide.n.sum().fill_null(0), watched=wide.watched.sum().fill_null(0)
    )
    pairs = pairs.inner_join(everyone, "as_of")
    mean = pairs.sum_all / pairs.n_all.nullif(0)
    return pairs.select("row", pair_segment_genre_watched=(pairs.watched + PRIOR * mean) / (pairs.n + PRIOR))
