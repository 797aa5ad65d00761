"""The ranker beside every simpler order on its holdout: one that is better, and not by chance, leads its lists.

Where the ranker learned from no such user and the holdout has none to tell, fusion does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoost

from twostage.base import runs
from twostage.base.params import Run
from twostage.lists import FUSION, RANKER, simple_orders
from twostage.metrics import accuracy
from twostage.metrics.intervals import intervals
from twostage.ranking import ranker
from twostage.ranking.fallback import Leads, segments

FEWEST = 30  # users of a segment of which anything is said
LEVEL = 0.95  # of the intervals of all rivals together

Compared = Mapping[str, Mapping[str, Mapping[str, Any]]]


def compared(late: pd.DataFrame, model: CatBoost, generators: Sequence[str], depth: int, run: Run) -> Compared:
    """Segment (warm, cold) -> system -> `ndcg`: NDCG@depth among the candidates of the holdout's queries, `gain`: what
    it is above the ranker's, and `gain_interval` over users, wide enough for all rivals together (Bonferroni).

    The holdout chose the ranker's losses and trees too, which flatters it a little beside rivals without a choice.

    The mean over each protocol's queries, then over protocols. `late`: as `holdout.taken`; the systems: the ranker that
    the holdout chose, fusion, each generator by its own ranks. A segment of fewer than FEWEST users is left out.
    """
    orders = {RANKER: ranker.score(model, late, run)} | simple_orders(late, generators)
    query, label = late["query"].to_numpy(), late["label"].to_numpy(bool)
    ndcg = np.column_stack([accuracy.ndcg_of_scores(query, label, order, depth) for order in orders.values()])
    values = np.hstack([ndcg, ndcg - ndcg[:, :1]])  # the ranker's own column is the first
    asked = late.iloc[runs.starts(query)]
    user, protocol = asked["user"].to_numpy(), pd.factorize(asked["protocol"])[0]
    level = 1 - (1 - LEVEL) / (len(orders) - 1)
    found = {}
    for segment, rows in segments(asked).items():
        if len(np.unique(user[rows])) >= FEWEST:
            said = intervals(values[rows], user[rows], run.seed, protocol[rows], level)
            means, gains = np.split(said, 2)
            found[segment] = {
                system: {"ndcg": float(mean[0]), "gain": float(gain[0]), "gain_interval": gain[1:].tolist()}
                for system, mean, gain in zip(orders, means, gains, strict=True)
            }
    return found


def leads(found: Compared, learned: pd.DataFrame) -> Leads:
    """Segment -> the best of the systems whose whole interval of the gain lies above 0, else the ranker; fusion where
    nothing was compared and the ranker has learned from no such user: what it says of them would be chance.

    learned: rows that it learned from.
    """
    watched = learned["label"].to_numpy(bool)
    leading = {name: FUSION for name, rows in segments(learned).items() if not watched[rows].any()}
    for segment, systems in found.items():
        ahead = [name for name, said in systems.items() if said["gain_interval"][0] > 0]
        leading[segment] = max([*ahead, RANKER], key=lambda name: float(systems[name]["ndcg"]))
    return leading
