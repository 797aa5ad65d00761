"""What people who watched the user's last items watched around the same time."""

import ibis

from twostage.features import family
from twostage.history import History

LAST = 3  # of the user's items


@family(
    "pair",
    {
        "pair_co_watch_last": "share of the users of the query's last item who also watched this item",
        "pair_co_watch": f"the same, mean over the last {LAST} items",
        "pair_co_watch_lift": "pair_co_watch over the item's share of all users",
    },
)
def co_watch(history: History) -> ibis.Table:
    """Users of an item: those with a row before the day, the newest 100 of each item and their newest 50 rows."""
    past = history.past
    by_item = ibis.window(group_by=["as_of", "item"], order_by=["age", "user"])
    by_user = ibis.window(group_by=["as_of", "user"], order_by=["age", "item"])
    seeds = history.own.filter(history.own.recency <= LAST).select(
        "query", "as_of", "recency", seed=history.own["item"]
    )
    wanted = seeds.select("as_of", "seed").distinct()
    watchers = past.select("as_of", "item", "user", "age").semi_join(wanted, ["as_of", ("item", "seed")])
    watchers = watchers.mutate(place=ibis.row_number().over(by_item)).filter(lambda t: t.place < 100)
    watchers = watchers.select("as_of", "user", seed=watchers["item"])
    rows = past.select("as_of", "item", "user", "age").semi_join(watchers, ["as_of", "user"])
    rows = rows.mutate(place=ibis.row_number().over(by_user)).filter(lambda t: t.place < 50)
    together = watchers.inner_join(rows.select("as_of", "user", "item"), ["as_of", "user"])
    together = together.group_by(["as_of", "seed", "item"]).aggregate(n=together.count())
    size = watchers.group_by(["as_of", "seed"]).aggregate(size=watchers.count())
    together = together.inner_join(size, ["as_of", "seed"])
    # Millionths as whole numbers: their sums are exact.
    together = together.mutate(share=(1_000_000 * together.n / together["size"]).round().cast("int64"))
    found = seeds.inner_join(together, ["as_of", "seed"])
    found = found.group_by(["query", "item"]).aggregate(
        last=found.share.sum(where=found.recency == 1), total=found.share.sum()
    )
    seeded = seeds.group_by("query").aggregate(seeds=seeds.count())
    pairs = history.pairs.select("query", "as_of", "item").inner_join(seeded, "query")
    pairs = pairs.left_join(found, ["query", "item"]).drop("query_right", "item_right")
    items = past.group_by(["as_of", "item"]).aggregate(n=past.count())
    users = past.group_by("as_of").aggregate(users=past.user.nunique())
    pairs = pairs.inner_join(items, ["as_of", "item"]).inner_join(users, "as_of")
    total = pairs.total.fill_null(0) / (1_000_000 * pairs.seeds)
    return pairs.select(
        "query",
        "item",
        pair_co_watch_last=pairs["last"].fill_null(0) / 1_000_000,
        pair_co_watch=total,
        pair_co_watch_lift=(total + 0.001) / (pairs.n / pairs.users + 0.001),
    )
