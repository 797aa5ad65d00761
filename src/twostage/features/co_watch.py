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
        "pair_near": f"the same, mean over the user's last {LAST} items",
        "pair_next_last": "share of watches of the user's last item with this item soon after",
        "pair_near_lift": "pair_near over what the item's popularity alone would give, smoothed",
    },
)
def co_watch(history: History) -> ibis.Table:
    own, items = history.own, history.items_before.select("as_of", "item", watches=history.items_before.n)
    lately = own.filter(own.recency <= LAST).select("query", "as_of", "recency", "item")
    asked = lately.inner_join(history.pairs.select("query", other="item"), "query")
    near = history.near(asked.select("as_of", "item", "other").distinct())
    near = near.filter(near.n > 0).inner_join(items, ["as_of", "item"])
    near = near.mutate(
        share=(MILLION * near.n / near.watches).round().cast("int64"), later_share=near.n_later / near.watches
    )
    found = lately.inner_join(near, ["as_of", "item"])
    found = found.group_by(["query", "other"]).aggregate(
        total=found.share.sum(),
        last=found.share.sum(where=found.recency == 1),
        later_last=found.later_share.max(where=found.recency == 1),
    )
    seeds = lately.group_by("query").aggregate(seeds=lately.count())
    everyone = items.mutate(usual=items.watches / items.watches.sum().over(group_by="as_of"))
    pairs = history.pairs.select("query", "as_of", "item").inner_join(seeds, "query")
    pairs = pairs.left_join(found.rename(item="other"), ["query", "item"]).drop("query_right", "item_right")
    pairs = pairs.inner_join(everyone, ["as_of", "item"])
    near_share = pairs.total.fill_null(0) / (MILLION * pairs.seeds)
    return pairs.select(
        "query",
        "item",
        pair_near_last=pairs["last"].fill_null(0) / MILLION,
        pair_near=near_share,
        pair_next_last=pairs.later_last.fill_null(0.0),
        pair_near_lift=(near_share + PRIOR * pairs.usual / 100) / (pairs.usual * (1 + PRIOR / 100)),
    )
