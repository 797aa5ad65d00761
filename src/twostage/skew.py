"""Whether the rows that the ranker meets look like those that it learned from."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost, Pool

from twostage.metrics.area import auc
from twostage.params import Run

BINS = 10
ROWS = 20_000  # of each side that the classifier sees
TREES = 100
TELLTALES = 5  # features named


def skew(learned: pd.DataFrame, met: pd.DataFrame, names: list[str], run: Run) -> dict[str, Any]:
    """`psi` of each feature, `auc` of a classifier that tells the tables apart (.5: it can't), by which features."""
    psis = {name: psi(learned[name].to_numpy(np.float64), met[name].to_numpy(np.float64)) for name in names}
    area, telltales = adversary(learned, met, names, run)
    return {"psi": psis, "auc": area, "told_apart_by": telltales}


def psi(expected: npt.NDArray[np.float64], found: npt.NDArray[np.float64]) -> float:
    """Population stability index: sum over bins of (q - p) ln(q / p); over .25 is commonly called a shift.

    Bins are tenths of `expected`, and one for missing values; half a row is added to each, so that an empty bin
    is no infinity. Siddiqi 2006, "Credit risk scorecards", chapter 9.
    """
    known = expected[~np.isnan(expected)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)

    def shares(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        places = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values))
        counts = np.bincount(places, minlength=len(edges) + 2) + 0.5
        return np.asarray(counts / counts.sum())

    p, q = shares(expected), shares(found)
    return float(((q - p) * np.log(q / p)).sum())


def adversary(learned: pd.DataFrame, met: pd.DataFrame, names: list[str], run: Run) -> tuple[float, list[str]]:
    """AUC on queries that a classifier of the two tables didn't see, and the features that it used most.

    Every other query trains the classifier that judges the rest, and the other way round.
    """
    rng = np.random.default_rng(run.seed)
    sides = [table.iloc[np.sort(rng.permutation(len(table))[:ROWS])] for table in (learned, met)]
    rows = pd.concat(sides, ignore_index=True)
    side = np.repeat([0, 1], [len(table) for table in sides])
    # Numbered within each side: a sample may hold every tenth query, all of them even.
    half = np.concatenate([pd.factorize(table["query"])[0] for table in sides]) % 2
    features = rows[names].to_numpy(np.float32)
    scores, importance = np.zeros(len(rows)), np.zeros(len(names))
    for judged in (0, 1):
        seen = half != judged
        if len(np.unique(side[seen])) < 2 or not (half == judged).any():
            continue
        model = CatBoost(
            {
                "loss_function": "Logloss",
                "iterations": TREES,
                "depth": 4,
                "random_seed": run.seed,
                "thread_count": run.threads,
                "allow_writing_files": False,
                "verbose": False,
            }
        ).fit(Pool(features[seen], label=side[seen]))
        scores[half == judged] = model.predict(features[half == judged], thread_count=run.threads)
        importance += model.get_feature_importance()
    areas = [auc(scores[half == judged], side[half == judged] == 1) for judged in (0, 1)]
    return float(np.mean(areas)), [names[place] for place in np.argsort(-importance, kind="stable")[:TELLTALES]]
