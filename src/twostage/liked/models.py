"""Models of what is liked: a classifier, and a ranker of the same rows."""

import pandas as pd
from catboost import CatBoost

from twostage.base.params import Run
from twostage.ranking import ranker
from twostage.ranking.ranker import Ranker
from twostage.reports import Observed

CLASSIFIER, QUERY_RANKER = "classifier", "query_ranker"


def learned(rows: pd.DataFrame, size: Observed, params: Ranker, run: Run) -> dict[str, CatBoost]:
    """By name: Logloss, and QuerySoftMax where a query has pairs of both labels, of `size`'s trees and rate.

    rows: query, day, label (whether liked) and the features, of watched pairs.
    """
    found = {CLASSIFIER: ranker.fit(rows, "Logloss", size.iterations, size.learning_rate, params, run)}
    labels = rows.groupby("query")["label"]
    if (labels.max() > labels.min()).any():
        found[QUERY_RANKER] = ranker.fit(rows, "QuerySoftMax", size.iterations, size.learning_rate, params, run)
    return found
