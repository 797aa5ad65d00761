"""How popular the item is among users of the same age group, against everybody."""

import ibis

from twostage.features import family
from twostage.features.kinds.popularity import group_popularity
from twostage.history import History

DAYS = 30


@family(
    "pair",
    {"pair_age_lift": f"item's share in the user's age group in the last {DAYS} days, over everybody's"},
    needs=["user.age"],
)
def age_popularity(history: History) -> ibis.Table:
    found = group_popularity(history, "age", DAYS)
    return found.select("row", pair_age_lift=found.lift)
