"""What people watched near the user's last items, before or after them in their own order of time."""

from collections.abc import Sequence

import ibis

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.engine.near import STEPS
from twostage.features import family

LAST = 3  # of the user's items
PRIOR = 20  # watches with no more of the item near than its popularity gives, added to those of the last items
AROUND = 2 * STEPS  # rows near a watch


@family(
    "pair",
    {
        "pair_near_last": "share of watches of the user's last item with this item near",
        "pair_near": f"share of watches of the user's last {LAST} items with this item near, mean over them",
        "pair_next_last": "share of watches of the user's last item with this item soon after",
        "pair_near_lift": f"share of all watches of the user's last {LAST} items with this item near, smoothed, over "
        "what the item's popularity alone would give",
    },
)
def co_watch(history: History) -> Laid:
    own, items = history.own, history.items_before.select("as_of", "item", watches=history.items_before.n)
    lately = own.filter(own.recency <= LAST).inner_join(items, ["as_of", "item"])
    places = range(1, LAST + 1)
    users = lately.group_by("query").aggregate(
        seeds=lately.count(),
        **{f"watches_{place}": lately.watches.max(where=lately.recency == place) for place in places},
    )
    everyone = items.select("as_of", "item", usual=items.watches / items.watches.sum().over(group_by="as_of"))
    laid = beside(users, everyone, history.near(LAST))
    pairs = laid.pairs
    shares = [pairs[f"near_{place}"] / pairs[f"watches_{place}"] for place in places]
    near, watches = (_total([pairs[f"{name}_{place}"] for place in places]) for name in ("near", "watches"))
    seen = 0 * pairs.usual  # an item that nobody watched has none of these
    return laid.select(
        pair_near_last=shares[0] + seen,
        pair_near=_total(shares) / pairs.seeds + seen,
        pair_next_last=pairs.later_1 / pairs.watches_1 + seen,
        pair_near_lift=(near / pairs.usual / AROUND + PRIOR) / (watches + PRIOR) + seen,
    )


def _total(values: Sequence[ibis.Value]) -> ibis.Value:
    """Over the last items that there are; unknown where there is none."""
    first, *others = values
    return sum((value.isnan().ifelse(0, value) for value in others), first)
