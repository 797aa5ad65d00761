"""How popular the item is among people like the user, against everybody."""

import ibis

from twostage.features import family
from twostage.history import History

DAYS = 30
PRIOR = 20  # watches at everybody's share that a segment's share is drawn towards


@family(
    "pair",
    {
        "pair_segment_share": f"item's share of the segment's watches in the last {DAYS} days, per mille, smoothed",
        "pair_segment_lift": "the same over the item's share of everybody's watches",
    },
    needs=["user.segment"],
)
def segment_popularity(history: History) -> ibis.Table:
    past = history.past.filter(history.past.age <= DAYS)
    counts = past.group_by(["as_of", "segment", "item"]).aggregate(n=past.count())
    segments = counts.group_by(["as_of", "segment"]).aggregate(segment_total=counts.n.sum())
    items = counts.group_by(["as_of", "item"]).aggregate(everyone=counts.n.sum())
    items = items.mutate(share=items.everyone / items.everyone.sum().over(group_by="as_of"))
    pairs = history.pairs.select("query", "as_of", "segment", "item")
    pairs = pairs.inner_join(items, ["as_of", "item"])
    pairs = pairs.left_join(segments, ["as_of", "segment"]).drop("as_of_right", "segment_right")
    pairs = pairs.left_join(counts, ["as_of", "segment", "item"]).drop("as_of_right", "segment_right", "item_right")
    pairs = pairs.mutate(
        smoothed=(pairs.n.fill_null(0) + PRIOR * pairs.share) / (pairs.segment_total.fill_null(0) + PRIOR)
    )
    return pairs.select(
        "query",
        "item",
        pair_segment_share=1000 * pairs.smoothed,
        pair_segment_lift=pairs.smoothed / pairs.share,
    )
