"""Scores of given pairs against a label of yes and no: what a classifier is judged by. Arrays are [pairs]."""

import numpy as np
import pandas as pd

from twostage.metrics.arrays import Bools, Floats, Ints


def auc(values: Floats, label: Bools) -> float:
    """Share of (positive, negative) pairs that the values put in the right order, ties half; NaN lies below all.

    .5 where one side is empty. Mann, Whitney 1947.
    """
    positives = int(label.sum())
    negatives = len(label) - positives
    if not positives or not negatives:
        return 0.5
    ranks = pd.Series(_below(values)).rank().to_numpy()
    return float((ranks[label].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def pr_auc(score: Floats, label: Bools) -> float:
    """Area under precision against recall as average precision: sum over thresholds of precision x recall gained.

    Pairs of equal score share a threshold. No straight lines between the points, which promise too much: Davis,
    Goadrich, The relationship between precision-recall and ROC curves, ICML 2006. 0 without a positive; NaN lies
    below all.
    """
    score = _below(score)
    order = np.argsort(-score, kind="stable")
    score, label = score[order], label[order]
    last = np.flatnonzero(np.r_[score[1:] != score[:-1], True])
    found = np.cumsum(label)[last]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (last + 1)).sum() / max(1, int(label.sum())))


def roc_auc_within(query: Ints, score: Floats, label: Bools) -> float:
    """Share of (positive, negative) pairs of the same query in the right order, ties half; .5 where there is none.

    NaN lies below every number.
    """
    table = pd.DataFrame({"query": query, "score": _below(score), "label": label})
    table["rank"] = table.groupby("query")["score"].rank()
    sums = table[label].groupby("query")["rank"].agg(["sum", "size"])
    others = table.groupby("query").size()[sums.index] - sums["size"]
    pairs = float((sums["size"] * others).sum())
    right = float((sums["sum"] - sums["size"] * (sums["size"] + 1) / 2).sum())
    return right / pairs if pairs else 0.5


def log_loss(log_odds: Floats, label: Bools) -> float:
    """Mean of -ln of the probability that was given to what happened, nats; finite however sure the log odds are."""
    return float(np.logaddexp(0, np.where(label, -log_odds, log_odds)).mean())


def calibration(probability: Floats, label: Bools, bins: int) -> pd.DataFrame:
    """`predicted`, mean probability, and `observed`, share of positives, of `pairs` in each of equally large bins.

    Bins are of pairs sorted by probability; fewer pairs than bins give a bin each. Niculescu-Mizil, Caruana,
    Predicting good probabilities with supervised learning, ICML 2005, draw reliability by bins of equal width.
    """
    parts = np.array_split(np.argsort(probability, kind="stable"), min(bins, len(label)))
    return pd.DataFrame(
        [(float(probability[part].mean()), float(label[part].mean()), len(part)) for part in parts],
        columns=["predicted", "observed", "pairs"],
    )


def _below(score: Floats) -> Floats:
    """NaN below every number."""
    return np.where(np.isnan(score), -np.inf, score)
