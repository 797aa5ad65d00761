"""On which days of the week the user watches."""

import ibis

from twostage.engine.history import History
from twostage.features import family

SATURDAY = 2  # 1970-01-01, day 0, was a Thursday


@family("user", {"user_weekend_share": "share of the user's watches on Saturdays and Sundays"})
def user_weekend(history: History) -> ibis.Table:
    own = history.own
    after_saturday = ((own.as_of - own.age - SATURDAY) % 7 + 7) % 7  # days before 1970 are negative
    users = own.group_by("query").aggregate(rows=own.count(), weekend=own.count(where=after_saturday <= 1))
    return users.select("query", user_weekend_share=users.weekend / users.rows)
