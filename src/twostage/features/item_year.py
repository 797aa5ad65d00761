"""When the item came out."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_release_year": "year of release"}, needs=["item.release_year"])
def item_year(history: History) -> ibis.Table:
    days = history.queries.select("as_of").distinct()
    return days.cross_join(history.items.select("item", item_release_year=history.items.release_year))
