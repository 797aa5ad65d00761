"""How popular the item is among people like the user, against everybody."""

import ibis

from twostage.features import family
from twostage.features.kinds.popularity import group_popularity
from twostage.history import History

LONG, SHORT = 30, 7  # days


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
    long, short = group_popularity(history, "segment", LONG), group_popularity(history, "segment", SHORT)
    long = long.select("row", pair_segment_share=1000 * long["share"], pair_segment_lift=long.lift)
    short = short.select("row", pair_segment_share_7=1000 * short["share"], pair_segment_lift_7=short.lift)
    return long.left_join(short, "row").drop("row_right")
