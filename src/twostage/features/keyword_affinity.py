"""How much of the user's watching goes to the item's keywords."""

import ibis

from twostage.features import family
from twostage.features.kinds.affinity import affinity
from twostage.history import History


@family(
    "pair",
    {
        "pair_keyword_affinity": "share of the user's items with the item's keywords, mean over them",
        "pair_keyword_lift": "pair_keyword_affinity over the share that the log gives them",
    },
    needs=["item.keywords"],
)
def keyword_affinity(history: History) -> ibis.Table:
    found = affinity(history, "keywords")
    return found.select("row", pair_keyword_affinity=found.affinity, pair_keyword_lift=found.lift)
