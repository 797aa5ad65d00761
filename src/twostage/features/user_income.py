"""The user's income group, as a code: the place of its name among the log's, in the order of the text."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("user", {"user_income": "code of the user's income group"}, needs=["user.income"])
def user_income(history: History) -> ibis.Table:
    return history.queries.select("query", user_income=history.queries.income)
