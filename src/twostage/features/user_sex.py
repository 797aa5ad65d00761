"""The user's sex group, as a code: the place of its name among the log's, in the order of the text."""

import ibis

from twostage.engine.history import History
from twostage.features import family


@family("user", {"user_sex": "code of the user's sex group"}, needs=["user.sex"])
def user_sex(history: History) -> ibis.Table:
    return history.queries.select("query", user_sex=history.queries.sex)
