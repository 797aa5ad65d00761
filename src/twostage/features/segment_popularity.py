"""How popular the item is among people like the user, against everybody."""

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family

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
def segment_popularity(history: History) -> Laid:
    items, windows = history.items_before, (LONG, SHORT)
    usual = {
        f"usual_{days}": items[f"n_{days}"] / items[f"n_{days}"].sum().over(group_by="as_of").nullif(0)
        for days in windows
    }
    laid = beside(items.select("as_of", "item", **usual), history.segment_counts(windows))
    pairs = laid.pairs
    shares = {}
    for days in windows:
        usual = pairs[f"usual_{days}"].nullif(0)  # an item that nobody watched has no share
        shares[days] = (pairs[f"segment_n_{days}"] + PRIOR * usual) / (pairs[f"segment_rows_{days}"] + PRIOR), usual
    (share, usual), (share_short, usual_short) = shares[LONG], shares[SHORT]
    return laid.select(
        pair_segment_share=1000 * share,
        pair_segment_lift=share / usual,
        pair_segment_share_7=1000 * share_short,
        pair_segment_lift_7=share_short / usual_short,
    )
