"""What the ranker looks at: importance, loss change and SHAP values, and whether one feature rules alone."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost, Pool

from twostage.base.params import Run
from twostage.explain import scale
from twostage.explain.meanings import Meaning, sums
from twostage.metrics.classification import auc, roc_auc_within
from twostage.ranking import ranker, training
from twostage.reports import Explain

RATIO = 100.0  # importance over the second largest
AUC, POSITIVES = 0.999, 100
Area = Callable[[npt.NDArray[np.float64], npt.NDArray[np.bool_]], float]
# The loss change is measured in the chosen loss, where it is one and not YetiRank, else in this. For YetiRank CatBoost
# 1.2.10 would draw pairs by the sizes of the raw scores, so that one number added to all of them alters it
# (UpdatePairsForYetiRank in libs/fstr/loss_change_fstr.cpp wants their exp).
ALL_PAIRS = "PairLogit"


def importance(model: CatBoost) -> dict[str, float]:
    """CatBoost's PredictionValuesChange, percent."""
    return _by_name(model, model.get_feature_importance(type="PredictionValuesChange"))


def loss_change(model: CatBoost, rows: pd.DataFrame, choice: Mapping[str, Any], most: int, run: Run) -> dict[str, Any]:
    """How much worse the ranker would do on the holdout without each feature's SHAP values.

    CatBoost's LossFunctionChange of the model that the holdout chose, which saw nothing of it, on at most `most` rows
    of it, on the scale at which it has the least loss there. `loss_change`: feature -> loss without it less loss with
    it, of the loss chosen, or of ALL_PAIRS for YetiRank and for a sum of losses; below 0: the model would do better
    without it. `loss_change_on`: what was measured, and on how many rows and queries.
    """
    late = training.capped(training.since(rows, choice["holdout_from"]), most, run.seed)
    first, *others = choice["losses"]
    metric = ALL_PAIRS if others or first == "YetiRank" else first
    # Told the queries, CatBoost takes their number for that of the rows in a loss of single rows.
    asked = ranker.pool(late, grouped=metric != "Logloss")
    measured = scale.of_least_loss(model, late, metric, run)
    values = measured.get_feature_importance(asked, type="LossFunctionChange", thread_count=run.threads)
    about = {"metric": metric, "rows": len(late), "queries": int(late["query"].nunique())}
    return {"loss_change": _by_name(model, values), "loss_change_on": about}


def contributions(model: CatBoost, rows: pd.DataFrame, run: Run) -> pd.DataFrame:
    """SHAP values: what each feature adds to each row's score, against the same base for all.

    Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees", as
    CatBoost computes them.
    """
    names = model.feature_names_
    values = model.get_feature_importance(
        Pool(rows[names].to_numpy(np.float32), feature_names=names), type="ShapValues", thread_count=run.threads
    )
    return pd.DataFrame(values[:, :-1], columns=names)  # the last column is the base


def sample(rows: pd.DataFrame, params: Explain, run: Run) -> pd.DataFrame:
    """Rows of queries with a positive, half of them positives where there are as many."""
    rows = training.with_positive(rows)
    rng = np.random.default_rng(run.seed)
    label = rows["label"].to_numpy(bool)
    some = [_sample(np.flatnonzero(label == side), params.rows // 2, rng) for side in (True, False)]
    return rows.iloc[np.sort(np.concatenate(some))].reset_index(drop=True)


def report(
    choice: dict[str, Any],
    importances: dict[str, float],
    change: dict[str, Any],
    values: pd.DataFrame,
    rows: pd.DataFrame,
    serving: dict[str, float],
    known: Mapping[str, Meaning],
) -> dict[str, Any]:
    """The choice, importance (percent), loss change, share of the mean absolute SHAP value (percent), dominance.

    serving: importance in the model that serves, which may have learned from more rows.

    `kinds` tells of each feature whether it is of the user, the item, the pair or a generator, `groups` has the sums of
    each of the three over these.
    """
    size = values.abs().mean()
    shares = {str(name): share for name, share in (100 * size / size.sum()).items()}
    measures = {"importance": importances, "loss_change": change["loss_change"], "shap_share": shares}
    groups = {name: sums(measure, known) for name, measure in measures.items()}
    about = {"kinds": {name: known[name].kind for name in importances}, "groups": groups}
    return choice | change | measures | about | {"dominance": dominance(rows, importances, shares, serving)}


def dominance(
    rows: pd.DataFrame, importances: dict[str, float], shares: dict[str, float], serving: dict[str, float]
) -> dict[str, Any]:
    """Features that alone decide: a leak until proved otherwise.

    `problems` has one line for each feature whose importance, in the ranker or in the one that serves, or share of the
    SHAP values is over 100 x the second largest, or whose own AUC, of all pairs of rows or of those within a query, is
    over .999 on at least 100 positives, missing values below all others or above them (of places, the missing one is
    the last). The ratio of the largest importance to the median is told beside it.
    """
    problems = [*_ruler("importance", importances), *_ruler("share of the SHAP values", shares)]
    problems += _ruler("importance in the model that serves", serving)
    label, query = rows["label"].to_numpy(bool), rows["query"].to_numpy()
    values = {name: rows[name].to_numpy(np.float64) for name in importances}
    areas = {name: _plainest(auc, of_rows, label) for name, of_rows in values.items()}
    within = {name: _plainest(partial(roc_auc_within, query), of_rows, label) for name, of_rows in values.items()}
    told_apart = rows.groupby("query")["label"].transform("min") == 0  # queries with something else than positives
    for about, found, judged in (("AUC", areas, label), ("AUC within a query", within, label[told_apart])):
        if judged.sum() >= POSITIVES:
            problems += [f"{name}: its own {about} is {at:.4f}" for name, at in found.items() if max(at, 1 - at) > AUC]
    first = max(importances, key=lambda name: importances[name])
    median = float(np.median(list(importances.values())))
    return {
        "problems": problems,
        "largest": first,
        "largest_over_median": importances[first] / median if median else 0.0,
        "auc": areas,
        "auc_within_query": within,
    }


def _plainest(area: Area, values: npt.NDArray[np.float64], label: npt.NDArray[np.bool_]) -> float:
    """The area furthest from .5, of the two with missing values below and above all others."""
    above = np.where(np.isnan(values), np.inf, values)
    return max((area(of_rows, label) for of_rows in (values, above)), key=lambda found: abs(found - 0.5))


def _by_name(model: CatBoost, values: npt.NDArray[np.float64]) -> dict[str, float]:
    named = zip(model.feature_names_, np.asarray(values).tolist(), strict=True)
    return dict(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _ruler(what: str, sizes: dict[str, float]) -> list[str]:
    first, *others = sorted(sizes, key=lambda name: -sizes[name])
    if others and sizes[first] > RATIO * sizes[others[0]]:
        second = f"the second largest, {sizes[others[0]]:.4g}"
        return [f"{first}: {what} {sizes[first]:.4g} is over {RATIO:g} x {second}"]
    return []


def _sample(places: npt.NDArray[np.int64], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return places if len(places) <= n else rng.choice(places, n, replace=False)
