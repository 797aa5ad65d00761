"""How much of the user's watching goes to the item's countries."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_country_affinity": "share of the user's items with the item's countries, mean over them",
        "pair_country_lift": "pair_country_affinity over the share that the log gives them",
    },
    needs=["item.countries"],
)
def country_affinity(history: History) -> ibis.Table:
    found = affinity(history, "countries")
    return found.select("row", pair_country_affinity=found.affinity, pair_country_lift=found.lift)
