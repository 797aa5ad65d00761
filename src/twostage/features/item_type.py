"""What kind of thing the item is, as a code: the place of its content type in the order of the text."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_type": "code of the content type"}, needs=["item.content_type"])
def item_type(history: History) -> ibis.Table:
    days = history.queries.select("as_of").distinct()
    return days.cross_join(history.items.select("item", item_type=history.items.content_type))
