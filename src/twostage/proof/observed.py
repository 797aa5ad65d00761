"""The protocol of an exercise in classification: the pairs that were watched in the test, liked or not.

Nothing is retrieved: each row of the test period is a given pair, asked on its own day from what was known the day
before. `watched_pct` of the row is its label and never a feature.
"""

from typing import Any

import numpy as np
import pandas as pd

from twostage.lists import CLASSIFIER
from twostage.metrics.area import auc
from twostage.metrics.arrays import Bools, Floats
from twostage.metrics.classification import calibration, log_loss, pr_auc, roc_auc_within

BINS = 10


def threshold(past: pd.DataFrame, given: float | None) -> float | None:
    """Percent watched from which a row is liked: as given, else the median of `past`; None if unknown."""
    if given is not None or "watched_pct" not in past:
        return given
    return float(past["watched_pct"].median()) if past["watched_pct"].notna().any() else None


def observed(asked: pd.DataFrame, scores: pd.DataFrame, bound: float | None) -> dict[str, Any]:
    """ROC AUC, also within queries, and PR AUC of each scorer; log loss and calibration of the classifier.

    A log without `target` or `watched_pct`, or with one label only, gives `left_out`, the reason. Rows that don't say
    how much was watched are left out; pairs that no generator proposed have no score: `covered` is the share that has.

    asked: see `watched.pairs`; scores: query, item, and a column for each scorer; bound: see `threshold`.
    """
    if "target" in asked:
        known, rule = asked["target"].notna(), "target > 0"
        label = asked["target"].fillna(0) > 0
    elif "watched_pct" in asked and bound is not None:
        known, rule = asked["watched_pct"].notna(), f"watched_pct >= {bound:g}"
        label = asked["watched_pct"].fillna(0) >= bound
    else:
        return {"left_out": "the log has neither target nor watched_pct"}
    table = asked[["query", "item"]].assign(liked=label.to_numpy(bool))[known.to_numpy(bool)]
    scored = table.merge(scores, on=["query", "item"])
    liked = scored["liked"].to_numpy(bool)
    if liked.all() or not liked.any():
        return {"left_out": f"{rule}: the scored pairs are all of one label"}
    names = [name for name in scores.columns if name not in ("query", "item")]
    report: dict[str, Any] = {
        "label": rule,
        "pairs": len(table),
        "covered": len(scored) / len(table),
        "liked": float(liked.mean()),
        "liked_of_all": float(table["liked"].mean()),
    }
    report |= {name: _order(scored, scored[name].to_numpy(np.float64), liked) for name in names}
    if CLASSIFIER in names:
        report[CLASSIFIER] |= _probabilities(scored[CLASSIFIER].to_numpy(np.float64), liked)
    return report


def _order(scored: pd.DataFrame, score: Floats, liked: Bools) -> dict[str, Any]:
    return {
        "roc_auc": auc(score, liked),
        "roc_auc_within_query": roc_auc_within(scored["query"].to_numpy(), score, liked),
        "pr_auc": pr_auc(score, liked),
    }


def _probabilities(score: Floats, liked: Bools) -> dict[str, Any]:
    """score: the classifier's log odds."""
    probability = 1 / (1 + np.exp(-score))
    share = np.full(len(liked), liked.mean())
    return {
        "log_loss": log_loss(probability, liked),
        "log_loss_of_the_share": log_loss(share, liked),
        "calibration": calibration(probability, liked, BINS).to_dict("list"),
    }
