"""What the generators say, in numbers that mean the same after a refit: ranks and positions within the query."""

import ibis

from twostage.engine.beside import Laid, beside
from twostage.engine.history import History
from twostage.features import family

RRF_K = 60  # constant of reciprocal rank fusion, Cormack, Clarke, Buettcher 2009


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
def proposals(history: History) -> Laid:
    laid = beside(history.proposed)
    pairs = laid.pairs
    columns = {name: pairs[name] for name in history.proposed.names}
    ranks = [pairs[f"{name}_rank"] for name in history.generators]
    proposed = [(~rank.isnan()).cast("int32") for rank in ranks]
    shares = [rank.isnan().ifelse(0, 1 / (RRF_K + rank)) for rank in ranks]
    return laid.select(
        **columns,
        proposals=sum(proposed[1:], proposed[0]),
        best_rank=ibis.least(*ranks) if len(ranks) > 1 else ranks[0],  # NaN is the greatest
        fusion=sum(shares[1:], shares[0]),
    )
