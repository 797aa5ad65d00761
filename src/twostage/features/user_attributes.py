"""What the log says about the user, as ordinal codes (order of the text: age brackets sort by age)."""

import ibis

from twostage.features import family
from twostage.history import GROUPS, History


@family("user", {"user_segment": "code of the user's age, sex and income group"}, needs=["user.segment"])
def user_attributes(history: History) -> ibis.Table:
    queries = history.queries
    present = [name for name in GROUPS if name in queries.columns]
    codes = {f"user_{name}": ibis.dense_rank().over(order_by=queries[name]) for name in present}
    return queries.select("query", **codes)
