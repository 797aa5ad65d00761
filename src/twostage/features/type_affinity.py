"""How much of the user's watching goes to the item's content type."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_type_affinity": "share of the user's items with the item's content type, mean over them",
        "pair_type_lift": "pair_type_affinity over the share that the log gives them",
    },
    needs=["item.content_type"],
)
def type_affinity(history: History) -> ibis.Table:
    found = affinity(history, "content_type")
    return found.select("row", pair_type_affinity=found.affinity, pair_type_lift=found.lift)
