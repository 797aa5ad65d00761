"""How popular the item is among people like the user, against everybody: in the segment, lately, and in each group."""

from functools import partial

import ibis

from twostage.base.tables import GROUPS
from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family

LONG, SHORT = 30, 7  # days
PRIOR = 20  # watches at everybody's share that a group's share is drawn towards


def shares(history: History, group: str, windows: tuple[int | None, ...]) -> tuple[Laid, list[ibis.Value]]:
    """Of each window the item's share of the group's watches, smoothed, and that over its share of everybody's."""
    items = history.items_before
    endings = ["" if days is None else f"_{days}" for days in windows]
    counts = {ending: items[f"n{ending}"] for ending in endings}
    # An item that nobody watched has no share.
    usual = {f"usual{ending}": n.nullif(0) / n.sum().over(group_by="as_of") for ending, n in counts.items()}
    laid = beside(items.select("as_of", "item", **usual), history.group_counts(group, windows))
    found = []
    for ending in endings:
        n, rows, everybodys = (
            laid.pairs[f"{name}{ending}"] for name in (f"own_{group}_n", f"own_{group}_rows", "usual")
        )
        share = (n + PRIOR * everybodys) / (rows + PRIOR)
        found += [share, share / everybodys]
    return laid, found


@family(
    "pair",
    {
        "pair_segment_share": f"item's share of the segment's watches in the last {LONG} days, per mille, smoothed",
        "pair_segment_lift": "pair_segment_share over the item's share of everybody's watches",
        "pair_segment_share_7": f"pair_segment_share of the last {SHORT} days",
        "pair_segment_lift_7": f"pair_segment_lift of the last {SHORT} days",
    },
    needs=["user.segment"],
    name="segment_popularity",
)
def segment_popularity(history: History) -> Laid:
    laid, (share, lift, share_short, lift_short) = shares(history, "segment", (LONG, SHORT))
    return laid.select(
        pair_segment_share=1000 * share,
        pair_segment_lift=lift,
        pair_segment_share_7=1000 * share_short,
        pair_segment_lift_7=lift_short,
    )


def group_popularity(history: History, group: str) -> Laid:
    laid, (_, lift) = shares(history, group, (None,))
    return laid.select(**{f"pair_{group}_lift": lift})


for group in GROUPS:
    meaning = (
        f"item's share of all watches by users of the user's {group} group, smoothed, over its share of everybody's"
    )
    family("pair", {f"pair_{group}_lift": meaning}, needs=[f"user.{group}"], name=f"{group}_popularity")(
        partial(group_popularity, group=group)
    )
