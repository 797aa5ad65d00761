"""How much of the user's watching goes to what the item has: its genres, countries, people."""

import ibis

from twostage.history import History

LAST = 10  # of the user's rows


def affinity(history: History, column: str) -> ibis.Table:
    """By row: `affinity`, share of the user's rows with a value of the item, mean over the item's values; `last`, the
    same of the LAST rows; `days_since` the user's newest one; `lift`, affinity over the share that the whole log gives
    those values, drawn to 1 by one watch. Items without a value and users without a row have none.
    """
    values, own, items = history.values(column), history.own, history.items_before
    mine = own.inner_join(values, "item")
    taste = mine.group_by(["query", "value"]).aggregate(
        n=mine.count(), n_last=mine.count(where=mine.recency <= LAST), newest=mine.age.min()
    )
    rows = own.group_by("query").aggregate(rows=own.count(), rows_last=own.count(where=own.recency <= LAST))
    spread = items.select("as_of", "item", "n").inner_join(values, "item")
    everyone = spread.group_by(["as_of", "value"]).aggregate(everyone=spread.n.sum())
    total = items.group_by("as_of").aggregate(total=items.n.sum())
    wide = history.pairs.select("row", "query", "as_of", "item").inner_join(values, "item")
    wide = wide.left_join(taste, ["query", "value"]).drop("query_right", "value_right")
    wide = wide.left_join(everyone, ["as_of", "value"]).drop("as_of_right", "value_right")
    pairs = wide.group_by(["row", "query", "as_of"]).aggregate(
        values=wide.count(),
        n=wide.n.sum().fill_null(0),
        n_last=wide.n_last.sum().fill_null(0),
        days_since=wide.newest.min(),
        everyone=wide.everyone.sum(),
    )
    pairs = pairs.inner_join(rows, "query").inner_join(total, "as_of")
    return pairs.select(
        "row",
        "days_since",
        affinity=pairs.n / (pairs["values"] * pairs.rows),
        last=pairs.n_last / (pairs["values"] * pairs.rows_last),
        lift=(pairs.n * pairs.total / pairs.everyone.nullif(0) + 1) / (pairs.rows + 1),
    )
