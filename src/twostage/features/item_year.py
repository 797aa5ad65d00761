"""When the item came out."""

import ibis

from twostage.features import family
from twostage.history import History


@family("item", {"item_release_year": "year of release"}, needs=["item.release_year"])
def item_year(history: History) -> ibis.Table:
    days = history.queries.select("as_of").distinct()
    return days.cross_join(history.items.select("item", item_release_year=history.items.release_year))
