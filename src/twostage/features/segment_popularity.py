"""How popular the item is among people like the user, against everybody."""

import ibis

from twostage.features import family
from twostage.history import History

LONG, SHORT = 30, 7  # days
PRIOR = 20  # watches at everybody's share that a segment's share is drawn towards


@family(
    "pair",
    {
        "pair_segment_share": f"item's share of the segment's watches in the last {LONG} days, per mille, smoothed",
        "pair_segment_lift": "pair_segment_share over the item's share of everybody's watches",
        "pair_segment_share_7": f"pair_segment_share of the last {SHORT} days",
        "pair_segment_lift_7": f"pair_segment_lift of the last {SHORT} days",
    },
    needs=["user.segment"],
)
def segment_popularity(history: History) -> ibis.Table:
    items = history.items_before
    pairs = history.pairs.select("row", "as_of", "segment", "item")
    asked = pairs.select("as_of", "segment", "item").distinct()
    shares = asked.inner_join(
        items.select(
            "as_of",
            "item",
            **{
                f"usual_{days}": items[f"n_{days}"] / items[f"n_{days}"].sum().over(group_by="as_of").nullif(0)
                for days in (LONG, SHORT)
            },
        ),
        ["as_of", "item"],
    )
    for days in (LONG, SHORT):
        shares = history.count(["segment", "item"], shares, days).rename({f"n_{days}": "n"})
        totals = history.count(["segment"], asked.select("as_of", "segment").distinct(), days)
        shares = shares.inner_join(totals.select("as_of", "segment", total="n"), ["as_of", "segment"])
        usual = shares[f"usual_{days}"].nullif(0)  # an item that nobody watched has no share
        share = (shares[f"n_{days}"] + PRIOR * usual) / (shares.total + PRIOR)
        shares = shares.mutate(**{f"share_{days}": share, f"lift_{days}": share / usual}).drop("total")
    pairs = pairs.inner_join(shares, ["as_of", "segment", "item"])
    return pairs.select(
        "row",
        pair_segment_share=1000 * pairs[f"share_{LONG}"],
        pair_segment_lift=pairs[f"lift_{LONG}"],
        pair_segment_share_7=1000 * pairs[f"share_{SHORT}"],
        pair_segment_lift_7=pairs[f"lift_{SHORT}"],
    )
