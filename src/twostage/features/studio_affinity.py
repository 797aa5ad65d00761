"""How much of the user's watching goes to the item's studios."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_studio_affinity": "share of the user's items with the item's studios, mean over them",
        "pair_studio_lift": "pair_studio_affinity over the share that the log gives them",
    },
    needs=["item.studios"],
)
def studio_affinity(history: History) -> ibis.Table:
    found = affinity(history, "studios")
    return found.select("row", pair_studio_affinity=found.affinity, pair_studio_lift=found.lift)
