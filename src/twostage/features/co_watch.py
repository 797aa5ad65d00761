"""What people watched near the user's last items, before or after them in their own order of time."""

import ibis

from twostage.features import family
from twostage.history import History

LAST = 3  # of the user's items
PRIOR = 20  # watches of the last items at the item's own share that are added
MILLION = 1_000_000  # shares as whole millionths: their sums are exact


@family(
    "pair",
    {
        "pair_near_last": "share of watches of the user's last item with this item near",
        "pair_near": f"share of watches of the user's last {LAST} items with this item near, mean over them",
        "pair_next_last": "share of watches of the user's last item with this item soon after",
        "pair_near_lift": "pair_near over what the item's popularity alone would give, smoothed",
    },
)
def co_watch(history: History) -> ibis.Table:
    own, items = history.own, history.items_before.select("as_of", "item", watches=history.items_before.n)
    lately = own.filter(own.recency <= LAST).inner_join(items, ["as_of", "item"])
    lately = lately.select("query", "recency", "item", "watches")
    asked = history.pairs.select("row", "query", "as_of", other="item").inner_join(lately, "query")
    near = history.near(asked.select("row", "as_of", "recency", "item", "other", "watches"))
    near = near.mutate(share=(MILLION * near.n / near.watches).round().cast("int64").fill_null(0))
    found = near.group_by("row").aggregate(
        seeds=near.count(),
        total=near.share.sum(),
        last=near.share.sum(where=near.recency == 1).fill_null(0),
        next_last=(near.n_later / near.watches).max(where=near.recency == 1).fill_null(0.0),
    )
    everyone = items.mutate(usual=items.watches / items.watches.sum().over(group_by="as_of"))
    pairs = history.pairs.select("row", "as_of", "item").inner_join(found, "row")
    pairs = pairs.inner_join(everyone, ["as_of", "item"])
    share = pairs.total / (MILLION * pairs.seeds)
    return pairs.select(
        "row",
        pair_near_last=pairs["last"] / MILLION,
        pair_near=share,
        pair_next_last=pairs.next_last,
        pair_near_lift=(share + PRIOR * pairs.usual / 100) / (pairs.usual * (1 + PRIOR / 100)),
    )
