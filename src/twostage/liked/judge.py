"""The protocol of an exercise in classification: the pairs that were watched in the test, liked or not.

Nothing is retrieved: each row of the test period is a given pair, asked on its own day from what was known the day
before. How much of it was watched is its label and never a feature.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from twostage.metrics.arrays import Bools, Floats
from twostage.metrics.classification import auc, calibration, log_loss, pr_auc, roc_auc_within

BINS = 10
SEGMENTS = ("all", "warm", "cold")
COLUMNS = ["query", "user", "label", "proposals"]  # of a pair: whether it was liked, how many proposed it


def left_out(rule: str, taught: Sequence[pd.DataFrame], test: pd.DataFrame) -> str | None:
    """Why there is nothing to judge; None where there is. By the `label` of each fold's pairs, and of the test's."""
    if not rule:
        return "the log has neither target nor watched_pct on both sides of the test's first day"
    for name, every in (("valid folds", taught), ("test", [test])):
        labels = np.concatenate([np.empty(0, bool), *(rows["label"] for rows in every if len(rows))])
        if labels.all() or not labels.any():
            return f"{rule}: the pairs of the {name} are {len(labels)}, none or all of them liked"
    return None


def judged(rows: pd.DataFrame, warm: Bools, scores: Mapping[str, Floats], classifier: str) -> dict[str, Any]:
    """By segment ROC AUC, also within queries, and PR AUC of each scorer; log loss and calibration of the classifier.

    rows: COLUMNS; warm: whether the user had a row before the test, [rows]; scores: of each scorer, [rows], larger is
    better, NaN below all; those of the `classifier` are log odds. A segment where all or none are liked is left out.
    """
    liked = rows["label"].to_numpy(bool)
    report: dict[str, Any] = {"pairs": len(rows), "proposed": float((rows["proposals"] > 0).mean())}
    for name, mask in zip(SEGMENTS, (np.ones(len(rows), bool), warm, ~warm), strict=True):
        if liked[mask].any() and not liked[mask].all():
            of = {scorer: score[mask] for scorer, score in scores.items()}
            report[name] = _segment(rows["query"].to_numpy()[mask], liked[mask], of, classifier)
    probability = expit(scores[classifier])
    return report | {"calibration": calibration(probability, liked, BINS).to_dict("list")}


def _segment(query: Any, liked: Bools, scores: Mapping[str, Floats], classifier: str) -> dict[str, Any]:
    found = {
        name: {
            "roc_auc": auc(score, liked),
            "roc_auc_within_query": roc_auc_within(query, score, liked),
            "pr_auc": pr_auc(score, liked),
        }
        for name, score in scores.items()
    }
    found[classifier]["log_loss"] = log_loss(scores[classifier], liked)
    odds = liked.sum() / (~liked).sum()
    return {
        "pairs": len(liked),
        "liked": float(liked.mean()),
        "log_loss_of_the_share": log_loss(np.full(len(liked), np.log(odds)), liked),
        "scorers": found,
    }
