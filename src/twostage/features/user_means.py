"""How far and how long the user watches things."""

from functools import partial

import ibis

from twostage.engine.history import History
from twostage.features import family

# Column: name of the family, name of the feature, meaning.
MEANS = {
    "watched_pct": ("user_watched", "user_watched_pct", "mean percent watched of the user's items"),
    "total_dur": ("user_duration", "user_duration", "mean seconds watched of the user's items"),
}


def user_mean(history: History, column: str, feature: str) -> ibis.Table:
    own = history.own
    mean = own[column].sum() / own[column].count().nullif(0)
    return own.group_by("query").aggregate(**{feature: mean})


for column, (name, feature, meaning) in MEANS.items():
    family("user", {feature: meaning}, needs=[column], name=name)(partial(user_mean, column=column, feature=feature))
