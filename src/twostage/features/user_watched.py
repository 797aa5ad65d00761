"""How far the user watches things."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("user", {"user_watched_pct": "mean percent watched of the user's items"}, needs=["watched_pct"])
def user_watched(history: History) -> ibis.Table:
    own = history.own
    mean = own.watched_pct.sum() / own.watched_pct.count().nullif(0)
    return own.group_by("query").aggregate(user_watched_pct=mean)
