"""How much and how lately the user watches."""

import ibis

from twostage.features import family
from twostage.history import History


@family(
    "user",
    {
        "user_rows": "items that the user has watched",
        "user_rows_7": "of these, in the last 7 days",
        "user_rows_30": "of these, in the last 30 days",
        "user_days_active": "distinct days with a watch",
        "user_days_since_last": "days since the last watch",
        "user_days_since_first": "days since the first watch",
    },
)
def user_activity(history: History) -> ibis.Table:
    own = history.own
    return own.group_by("query").aggregate(
        user_rows=own.count(),
        user_rows_7=own.count(where=own.age <= 7),
        user_rows_30=own.count(where=own.age <= 30),
        user_days_active=own.age.nunique(),
        user_days_since_last=own.age.min(),
        user_days_since_first=own.age.max(),
    )
