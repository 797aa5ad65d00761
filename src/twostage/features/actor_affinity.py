"""How much of the user's watching goes to the item's actors."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_actor_affinity": "share of the user's items with the item's actors, mean over them",
        "pair_actor_lift": "pair_actor_affinity over the share that the log gives them",
    },
    needs=["item.actors"],
)
def actor_affinity(history: History) -> ibis.Table:
    found = affinity(history, "actors")
    return found.select("row", pair_actor_affinity=found.affinity, pair_actor_lift=found.lift)
