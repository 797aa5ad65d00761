"""How much of the user's watching goes to the item's genres, and when it last did."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import LAST, affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_genre_affinity": "share of the user's items in a genre, mean over the item's genres",
        "pair_genre_affinity_last": f"share of the user's last {LAST} items in a genre, mean over the item's genres",
        "pair_genre_days_since": "days since the user watched something of one of the item's genres",
        "pair_genre_lift": "pair_genre_affinity over the share that the log gives those genres",
    },
    needs=["item.genres"],
)
def genre_affinity(history: History) -> ibis.Table:
    found = affinity(history, "genres")
    return found.select(
        "row",
        pair_genre_affinity=found.affinity,
        pair_genre_affinity_last=found["last"],
        pair_genre_days_since=found.days_since,
        pair_genre_lift=found.lift,
    )
