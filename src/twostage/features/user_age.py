"""The user's age group, as a code: the place of its name among the log's, in the order of the text."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("user", {"user_age": "code of the user's age group"}, needs=["user.age"])
def user_age(history: History) -> ibis.Table:
    return history.queries.select("query", user_age=history.queries.age)
