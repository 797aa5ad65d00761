"""From which age on the item may be watched."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_rating": "age rating"}, needs=["item.age_rating"])
def item_rating(history: History) -> ibis.Table:
    return history.items.select("item", item_rating=history.items.age_rating)
