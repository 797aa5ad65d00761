"""What kind of thing the item is, as a code: the place of its content type in the order of the text."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("item", {"item_type": "code of the content type"}, needs=["item.content_type"])
def item_type(history: History) -> ibis.Table:
    return history.items.select("item", item_type=history.items.content_type)
