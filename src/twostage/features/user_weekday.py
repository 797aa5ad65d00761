"""Whether the user watches on the weekday of the query."""

import ibis

from twostage.engine.history import History
from twostage.features import family

PRIOR = 7  # rows spread evenly over the week


@family("user", {"user_weekday_lift": "share of the user's watches on this weekday, x 7, smoothed"})
def user_weekday(history: History) -> ibis.Table:
    own = history.own
    users = own.group_by("query").aggregate(rows=own.count(), same=own.count(where=own.age % 7 == 0))
    return users.select("query", user_weekday_lift=(7 * users.same + PRIOR) / (users.rows + PRIOR))
