"""The scale on which a ranker's scores have the least loss.

An order of candidates has no scale, and a sum of models is in units of their spread (`ranker.added`), but a loss reads
the sizes of scores: on another scale it tells of the scale first.
"""

import json
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from catboost import CatBoost, sum_models
from scipy.optimize import minimize

from twostage.base import runs
from twostage.base.params import Run
from twostage.metrics.classification import log_loss
from twostage.ranking import ranker
from twostage.ranking.ranker import Scores

STEEPEST = 10.0  # scale of the scores over their spread, at most: without a wrong order the loss falls for ever


def of_least_loss(model: CatBoost, rows: pd.DataFrame, metric: str, run: Run) -> CatBoost:
    """The model on the scale at which `metric` is least on the rows, each query's together, as a model of that metric.

    `metric`: of `LOSSES`.
    """
    scale, bias = fitted(ranker.score(model, rows, run), rows, metric)
    # CatBoost explains no model with a scale of its own, so that it is in the leaves.
    scaled = sum_models([model], weights=[scale])
    scaled.set_scale_and_bias(1.0, [bias])
    scaled.get_metadata()["loss_function"] = json.dumps({"type": metric, "params": {}})
    return scaled


def fitted(scores: Scores, rows: pd.DataFrame, metric: str) -> tuple[float, float]:
    """Scale (0 or more) and bias at which the scores have the least loss; no bias for a loss within queries.

    Platt 1999, "Probabilistic outputs for support vector machines", for Logloss; the others alike. All are convex.
    """
    loss, unit = LOSSES[metric](rows), ranker.spread(scores)
    bounds = [(0, STEEPEST), (None, None) if metric == "Logloss" else (0, 0)]
    found = minimize(lambda at: loss(at[0] * scores / unit + at[1]), [1.0, 0.0], bounds=bounds, method="L-BFGS-B")
    return float(found.x[0] / unit), float(found.x[1])


def pair_logit(rows: pd.DataFrame) -> Callable[[Scores], float]:
    """Mean over all pairs of a positive and another of its query of log(1 + exp(its score less the positive's))."""
    label = rows["label"].to_numpy(bool)
    places = pd.DataFrame({"query": rows["query"].to_numpy(), "place": np.arange(len(rows))})
    pairs = places[label].merge(places[~label], on="query", suffixes=("", "_other"))
    positive, other = pairs["place"].to_numpy(), pairs["place_other"].to_numpy()
    return lambda scores: float(np.logaddexp(0, scores[other] - scores[positive]).mean())


def query_soft_max(rows: pd.DataFrame) -> Callable[[Scores], float]:
    """Mean over positives of the log of their query's sum of exp(score), less their own score."""
    label, query = rows["label"].to_numpy(bool), rows["query"].to_numpy()
    first, number = runs.starts(query), runs.number(query)
    return lambda scores: float((np.logaddexp.reduceat(scores, first)[number] - scores)[label].mean())


LOSSES: dict[str, Callable[[pd.DataFrame], Callable[[Scores], float]]] = {
    "Logloss": lambda rows: partial(log_loss, label=rows["label"].to_numpy(bool)),
    "PairLogit": pair_logit,
    "QuerySoftMax": query_soft_max,
}
