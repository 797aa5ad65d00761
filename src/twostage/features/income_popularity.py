"""How popular the item is among users of the same income group, against everybody."""

import ibis

from twostage.features import family
from twostage.features.kinds.popularity import group_popularity
from twostage.history import History

DAYS = 30


@family(
    "pair",
    {"pair_income_lift": f"item's share in the user's income group in the last {DAYS} days, over everybody's"},
    needs=["user.income"],
)
def income_popularity(history: History) -> ibis.Table:
    found = group_popularity(history, "income", DAYS)
    return found.select("row", pair_income_lift=found.lift)
