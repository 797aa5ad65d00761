"""How popular the item is among people of the user's age, sex or income, each alone, against everybody."""

from functools import partial

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family
from twostage.past.attributes import GROUPS

PRIOR = 20  # watches at everybody's share that a group's share is drawn towards


def group_popularity(history: History, group: str) -> Laid:
    items = history.items_before
    usual = items.n / items.n.sum().over(group_by="as_of")
    laid = beside(items.select("as_of", "item", usual=usual), history.group_counts(group))
    pairs = laid.pairs
    share = (pairs[f"own_{group}_n"] + PRIOR * pairs.usual) / (pairs[f"own_{group}_rows"] + PRIOR)
    return laid.select(**{f"pair_{group}_lift": share / pairs.usual})


for group in GROUPS:
    meaning = (
        f"item's share of all watches by users of the user's {group} group, smoothed, over its share of everybody's"
    )
    family("pair", {f"pair_{group}_lift": meaning}, needs=[f"user.{group}"], name=f"{group}_popularity")(
        partial(group_popularity, group=group)
    )
