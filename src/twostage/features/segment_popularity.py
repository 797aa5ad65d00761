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
    items = history.items_before
    shown = items[f"n_{DAYS}"]
    share = shown / shown.sum().over(group_by="as_of").nullif(0)
    items = items.select("as_of", "item", share=share).filter(lambda t: t.share > 0)
    pairs = history.pairs.select("row", "as_of", "segment", "item")
    counts = history.count(["segment", "item"], pairs.select("as_of", "segment", "item").distinct(), DAYS)
    segments = history.count(["segment"], pairs.select("as_of", "segment").distinct(), DAYS)
    pairs = pairs.inner_join(items, ["as_of", "item"])
    pairs = pairs.inner_join(segments.select("as_of", "segment", total="n"), ["as_of", "segment"])
    pairs = pairs.inner_join(counts.select("as_of", "segment", "item", "n"), ["as_of", "segment", "item"])
    pairs = pairs.mutate(smoothed=(pairs.n + PRIOR * pairs.share) / (pairs.total + PRIOR))
    return pairs.select(
        "row",
        pair_segment_share=1000 * pairs.smoothed,
        pair_segment_lift=pairs.smoothed / pairs.share,
    )
