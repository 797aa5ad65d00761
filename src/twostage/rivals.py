"""The ranker beside every simpler order on its holdout: one that is better, and not by chance, leads its lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoost

from twostage import ranker
from twostage.base.params import Run
from twostage.fallback import Leads, segments
from twostage.lists import RANKER, simple_orders
from twostage.metrics import accuracy
from twostage.metrics.intervals import summary

FEWEST = 30  # queries of a segment of which anything is said

Beside = Mapping[str, Mapping[str, Mapping[str, Any]]]


def beside(late: pd.DataFrame, model: CatBoost, generators: Sequence[str], depth: int, run: Run) -> Beside:
    """Segment (warm, cold) -> system -> `ndcg`: NDCG@depth among the candidates of the holdout's queries, and `gain`:
    what it is above the ranker's, each with its NAME_interval (95 %, over users).

    The mean over each protocol's queries, then over protocols. `late`: as `holdout.taken`; the systems: the ranker that
    the holdout chose, fusion, each generator by its own ranks. A segment of fewer than FEWEST queries is left out.
    """
    orders = {RANKER: ranker.score(model, late, run)} | simple_orders(late, generators)
    query, label = late["query"].to_numpy(), late["label"].to_numpy(bool)
    ndcg = {system: accuracy.ndcg_of_scores(query, label, order, depth) for system, order in orders.items()}
    pairs = {system: np.column_stack([values, values - ndcg[RANKER]]) for system, values in ndcg.items()}
    asked = late.iloc[np.unique(query, return_index=True)[1]]
    found = {}
    for segment, inside in segments(asked).items():
        if inside.sum() >= FEWEST:
            protocol = asked["protocol"][inside]
            # Each protocol weighs the same, however many queries it has.
            weight = np.zeros((len(asked), 1))
            weight[inside, 0] = inside.sum() / protocol.nunique() / protocol.map(protocol.value_counts()).astype(float)
            weighed = {system: values * weight for system, values in pairs.items()}
            found[segment] = summary(weighed, ("ndcg", "gain"), inside, asked["user"].to_numpy(), run.seed)
    return found


def leads(beside: Beside) -> Leads:
    """Segment -> the best of the systems whose whole interval of the gain lies above 0, else the ranker."""
    found = {}
    for segment, systems in beside.items():
        ahead = [name for name, said in systems.items() if said["gain_interval"][0] > 0]
        found[segment] = max([*ahead, RANKER], key=lambda name: float(systems[name]["ndcg"]))
    return found
