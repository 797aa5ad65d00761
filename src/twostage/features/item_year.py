"""When the item came out."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_release_year": "year of release"}, needs=["item.release_year"])
def item_year(history: History) -> ibis.Table:
    return history.items.select("item", item_release_year=history.items.release_year)
