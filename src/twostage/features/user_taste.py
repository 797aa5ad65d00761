"""How broad the user's taste is."""

import ibis

from twostage.engine.history import History
from twostage.features import family

MILLION = 1_000_000  # terms as whole millionths: their sums are exact


@family(
    "user",
    {
        "user_genre_entropy": "Shannon entropy of the genres of the user's items, nats",
        "user_genres": "distinct genres of the user's items over the genres that there are",
    },
    needs=["item.genres"],
)
def user_taste(history: History) -> ibis.Table:
    """Shannon 1948, "A mathematical theory of communication"; an item of several genres counts in each."""
    mine = history.own.select("query", "item").inner_join(history.values("genres"), "item")
    taste = mine.group_by(["query", "value"]).aggregate(n=mine.count())
    share = taste.n / taste.n.sum().over(group_by="query")
    taste = taste.mutate(term=(-MILLION * share * share.ln()).round().cast("int64"))
    users = taste.group_by("query").aggregate(terms=taste.term.sum(), genres=taste.count())
    known = history.values("genres").value.nunique().name("known").as_table()
    users = users.cross_join(known)
    return users.select("query", user_genre_entropy=users.terms / MILLION, user_genres=users.genres / users.known)
