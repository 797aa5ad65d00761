"""Years between the item and what the user usually watches."""

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family


@family(
    "pair",
    {
        "pair_year_gap": "release year less the mean release year of the user's items",
        "pair_year_gap_last": "release year less the mean release year of the user's last 10 items",
    },
    needs=["item.release_year"],
)
def usual_year(history: History) -> Laid:
    years = history.items.select("item", year=history.items.release_year)
    mine = history.own.inner_join(years, "item")
    lately = mine.recency <= 10
    users = mine.group_by("query").aggregate(
        mean=mine.year.sum() / mine.year.count().nullif(0),
        mean_last=mine.year.sum(where=lately) / mine.year.count(where=lately).nullif(0),
    )
    laid = beside(years, users)
    pairs = laid.pairs
    return laid.select(pair_year_gap=pairs.year - pairs["mean"], pair_year_gap_last=pairs.year - pairs.mean_last)
