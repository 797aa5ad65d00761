"""How popular an item is in a group of users, against everybody."""

import ibis

from twostage.history import History

PRIOR = 20  # watches at everybody's share that a group's share is drawn towards


def group_popularity(history: History, group: str, days: int) -> ibis.Table:
    """By row: `share`, the item's share of the watches of the user's `group` in the last `days` days (one of the
    windows), smoothed; `lift`, the same over the item's share of everybody's. Users without a group and items that
    nobody watched in these days have none.
    """
    items = history.items_before
    shown = items[f"n_{days}"]
    items = items.select("as_of", "item", usual=shown / shown.sum().over(group_by="as_of").nullif(0))
    items = items.filter(items.usual > 0)
    pairs = history.pairs.select("row", "as_of", group, "item").inner_join(items, ["as_of", "item"])
    counts = history.count([group, "item"], pairs.select("as_of", group, "item").distinct(), days)
    groups = history.count([group], pairs.select("as_of", group).distinct(), days)
    pairs = pairs.inner_join(groups.select("as_of", group, total="n"), ["as_of", group])
    pairs = pairs.inner_join(counts.select("as_of", group, "item", "n"), ["as_of", group, "item"])
    share = (pairs.n + PRIOR * pairs.usual) / (pairs.total + PRIOR)
    return pairs.select("row", share=share, lift=share / pairs.usual)
