"""How much of the user's watching goes to what the item has: its genres, countries, people."""

from functools import partial

import ibis

from twostage.engine.beside import Keyed, Laid, beside
from twostage.engine.history import History
from twostage.features import family

LAST = 10  # of the user's rows
# Column of the items: what its features are called.
COLUMNS = {
    "actors": "actor",
    "content_type": "type",
    "countries": "country",
    "directors": "director",
    "genres": "genre",
    "keywords": "keyword",
    "studios": "studio",
}


def affinity(history: History, column: str, name: str) -> Laid:
    """Items without a value and users without a row have none."""
    laid = _beside(history, column)
    pairs = laid.pairs
    return laid.select(
        **{
            f"pair_{name}_affinity": pairs.n / (pairs["values"] * pairs.rows),
            # The user's share over the log's, drawn to 1 by one watch.
            f"pair_{name}_lift": (pairs.n * pairs.total / pairs.everyone.nullif(0) + 1) / (pairs.rows + 1),
        }
    )


def lately(history: History) -> Laid:
    own = history.own.inner_join(history.values("genres"), "item")
    newest = own.group_by(["query", "value"]).aggregate(newest=own.age.min())
    last = own.filter(own.recency <= LAST)
    last = last.group_by(["query", "value"]).aggregate(n_last=last.count())
    rows = history.own.group_by("query").aggregate(rows_last=history.own.count(where=history.own.recency <= LAST))
    laid = beside(Keyed(newest, "genres", least=True), Keyed(last, "genres"), rows, _values(history, "genres"))
    pairs = laid.pairs
    return laid.select(
        pair_genre_affinity_last=pairs.n_last / (pairs["values"] * pairs.rows_last),
        pair_genre_days_since=pairs.newest,
    )


def _beside(history: History, column: str) -> Laid:
    """n: the user's rows with each of the item's values; everyone: the log's; rows and total: all; values: item's."""
    values, own, items = history.values(column), history.own, history.items_before
    mine = own.inner_join(values, "item")
    spread = items.select("as_of", "item", "n").inner_join(values, "item")
    return beside(
        Keyed(mine.group_by(["query", "value"]).aggregate(n=mine.count()), column),
        Keyed(spread.group_by(["as_of", "value"]).aggregate(everyone=spread.n.sum()), column),
        own.group_by("query").aggregate(rows=own.count()),
        items.group_by("as_of").aggregate(total=items.n.sum()),
        _values(history, column),
    )


def _values(history: History, column: str) -> ibis.Table:
    values = history.values(column)
    return values.group_by("item").aggregate(values=values.count())


for column, name in COLUMNS.items():
    words = column.replace("_", " ")
    family(
        "pair",
        {
            f"pair_{name}_affinity": f"share of the user's items with one of the item's {words}, mean over them",
            f"pair_{name}_lift": f"pair_{name}_affinity over the share that the log gives them",
        },
        needs=[f"item.{column}"],
        name=f"{name}_affinity",
    )(partial(affinity, column=column, name=name))

family(
    "pair",
    {
        "pair_genre_affinity_last": f"share of the user's last {LAST} items in a genre, mean over the item's genres",
        "pair_genre_days_since": "days since the user watched something of one of the item's genres",
    },
    needs=["item.genres"],
    name="genre_lately",
)(lately)
