"""What the generators say, in numbers that mean the same after a refit: ranks and positions within the query."""

import ibis

from twostage.features import family
from twostage.history import History

FUSION = 60  # constant of reciprocal rank fusion, Cormack, Clarke, Buettcher 2009


@family(
    "generator",
    {
        "GENERATOR_rank": "place in the generator's own list, none where it didn't propose the item",
        "GENERATOR_score": "score between the query's worst (0) and best (1) candidate",
        "proposals": "generators that proposed the item",
        "best_rank": "best place among their lists",
        "fusion": "reciprocal rank fusion: sum of 1 / (60 + place)",
    },
)
def proposals(history: History) -> ibis.Table:
    pairs = history.pairs
    query = ibis.window(group_by="query")
    columns = {}
    for name in history.generators:
        score = pairs[f"{name}_score"].cast("float64")
        score = score.isnan().ifelse(ibis.null("float64"), score)
        low, high = score.min().over(query), score.max().over(query)
        columns[f"{name}_rank"] = pairs[f"{name}_rank"]
        columns[f"{name}_score"] = (score - low) / (high - low).nullif(0)
    ranks = [_known(pairs[f"{name}_rank"]) for name in history.generators]
    proposed = [rank.notnull().cast("int32") for rank in ranks]
    shares = [(1 / (FUSION + rank)).fill_null(0) for rank in ranks]
    return pairs.select(
        "row",
        **columns,
        proposals=sum(proposed[1:], proposed[0]),
        best_rank=ibis.least(*ranks) if len(ranks) > 1 else ranks[0],
        fusion=sum(shares[1:], shares[0]),
    )


def _known(rank: ibis.Value) -> ibis.Value:
    number = rank.cast("float64")
    return number.isnan().ifelse(ibis.null("float64"), number)
