"""How popular the item is among users of the same sex group, against everybody."""

import ibis

from twostage.features import family
from twostage.features.kinds.popularity import group_popularity
from twostage.history import History

DAYS = 30


@family(
    "pair",
    {"pair_sex_lift": f"item's share in the user's sex group in the last {DAYS} days, over everybody's"},
    needs=["user.sex"],
)
def sex_popularity(history: History) -> ibis.Table:
    found = group_popularity(history, "sex", DAYS)
    return found.select("row", pair_sex_lift=found.lift)
