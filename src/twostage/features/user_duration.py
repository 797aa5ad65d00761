"""How long the user watches things."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("user", {"user_duration": "mean seconds watched of the user's items"}, needs=["total_dur"])
def user_duration(history: History) -> ibis.Table:
    own = history.own
    mean = own.total_dur.sum() / own.total_dur.count().nullif(0)
    return own.group_by("query").aggregate(user_duration=mean)
