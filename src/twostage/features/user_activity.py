"""How much and how lately the user watches."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family(
    "user",
    {
        "user_rows": "items that the user has watched",
        "user_rows_7": "items that the user has watched in the last 7 days",
        "user_rows_30": "items that the user has watched in the last 30 days",
        "user_days_active": "distinct days with a watch",
        "user_days_since_last": "days since the last watch",
        "user_tenure": "days since the first watch over the days that the log has",
    },
)
def user_activity(history: History) -> ibis.Table:
    own = history.own
    log_days = history.items_before.group_by("as_of").aggregate(log_days=history.items_before.oldest.max())
    users = own.group_by(["query", "as_of"]).aggregate(
        user_rows=own.count(),
        user_rows_7=own.count(where=own.age <= 7),
        user_rows_30=own.count(where=own.age <= 30),
        user_days_active=own.age.nunique(),
        user_days_since_last=own.age.min(),
        oldest=own.age.max(),
    )
    users = users.inner_join(log_days, "as_of")
    return users.mutate(user_tenure=users.oldest / users.log_days).drop("as_of", "oldest", "log_days")
