"""How the user watches against how the item is watched."""

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family


@family(
    "pair",
    {"pair_watched_gap": "the item's mean percent watched less the user's mean"},
    needs=["watched_pct"],
    name="usual_share",
)
def share(history: History) -> Laid:
    laid = _means(history, "watched_pct")
    return laid.select(pair_watched_gap=laid.pairs.item_mean - laid.pairs.user_mean)


@family(
    "pair",
    {"pair_duration_gap": "log2 of the item's mean seconds over the user's"},
    needs=["total_dur"],
    name="usual_watch",
)
def watch(history: History) -> Laid:
    laid = _means(history, "total_dur")
    return laid.select(pair_duration_gap=((laid.pairs.item_mean + 1) / (laid.pairs.user_mean + 1)).log2())


def _means(history: History, name: str) -> Laid:
    items, own = history.items_before, history.own
    return beside(
        items.select("as_of", "item", item_mean=items[f"{name}_sum"] / items[f"{name}_n"].nullif(0)),
        own.group_by("query").aggregate(user_mean=own[name].sum() / own[name].count().nullif(0)),
    )
