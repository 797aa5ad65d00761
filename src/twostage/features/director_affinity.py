"""How much of the user's watching goes to the item's directors."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_director_affinity": "share of the user's items with the item's directors, mean over them",
        "pair_director_lift": "pair_director_affinity over the share that the log gives them",
    },
    needs=["item.directors"],
)
def director_affinity(history: History) -> ibis.Table:
    found = affinity(history, "directors")
    return found.select("row", pair_director_affinity=found.affinity, pair_director_lift=found.lift)
