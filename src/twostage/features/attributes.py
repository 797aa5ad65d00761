"""What the log says of user and item themselves, each as one number: names as codes in the order of the text."""

from functools import partial

import ibis

from twostage.engine.history import History
from twostage.features import family

# Column: name of the family, name of the feature, meaning.
USER = {name: (f"user_{name}", f"user_{name}", f"code of the user's {name} group") for name in ("age", "income", "sex")}
ITEM = {
    "age_rating": ("item_rating", "item_rating", "age rating"),
    "content_type": ("item_type", "item_type", "code of the content type"),
    "release_year": ("item_year", "item_release_year", "year of release"),
}


def of_user(history: History, column: str, feature: str) -> ibis.Table:
    return history.queries.select("query", **{feature: history.queries[column]})


def of_item(history: History, column: str, feature: str) -> ibis.Table:
    return history.items.select("item", **{feature: history.items[column]})


for kind, columns, build in (("user", USER, of_user), ("item", ITEM, of_item)):
    for column, (name, feature, meaning) in columns.items():
        needs = [f"{kind}.{column}"]
        family(kind, {feature: meaning}, needs=needs, name=name)(partial(build, column=column, feature=feature))
