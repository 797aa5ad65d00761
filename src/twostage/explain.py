"""What the ranker looks at: importance and SHAP values, and whether one feature rules alone."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost

from twostage.metrics.area import auc
from twostage.params import Run
from twostage.ranker import with_positive
from twostage.reports import Explain

RATIO = 100.0  # importance over the second largest
AUC, POSITIVES = 0.999, 100


def importance(model: CatBoost) -> dict[str, float]:
    """CatBoost's PredictionValuesChange, percent, largest first."""
    values = dict(
        zip(model.feature_names_, model.get_feature_importance(type="PredictionValuesChange").tolist(), strict=True)
    )
    return dict(sorted(values.items(), key=lambda pair: (-pair[1], pair[0])))


def shap_values(model: CatBoost, rows: pd.DataFrame, params: Explain, run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SHAP values and features of a sample of rows, half of them positives where there are as many.

    Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees".
    """
    import shap

    rows = with_positive(rows)
    rng = np.random.default_rng(run.seed)
    label = rows["label"].to_numpy(bool)
    some = [_sample(np.flatnonzero(label == side), params.rows // 2, rng) for side in (True, False)]
    features = rows.iloc[np.sort(np.concatenate(some))][model.feature_names_].reset_index(drop=True)
    values = shap.TreeExplainer(model).shap_values(features)
    return pd.DataFrame(np.asarray(values), columns=model.feature_names_), features


def report(
    choice: dict[str, Any], importances: dict[str, float], values: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, Any]:
    """The choice, importance (percent), share of the mean absolute SHAP value (percent), dominance."""
    size = values.abs().mean()
    shares = {str(name): share for name, share in (100 * size / size.sum()).items()}
    ruling = dominance(rows, importances, shares)
    return choice | {"importance": importances, "shap_share": shares, "dominance": ruling}


def dominance(rows: pd.DataFrame, importances: dict[str, float], shares: dict[str, float]) -> dict[str, Any]:
    """Features that alone decide: a leak until proved otherwise.

    `problems` has one line for each feature whose importance or share of the SHAP values is over 100 x the second
    largest, or whose own AUC is over .999 on at least 100 positives. The ratio of the largest importance to the
    median is told beside it.
    """
    problems = [*_ruler("importance", importances), *_ruler("share of the SHAP values", shares)]
    label = rows["label"].to_numpy(bool)
    areas = {name: auc(rows[name].to_numpy(np.float64), label) for name in importances}
    if label.sum() >= POSITIVES:
        problems += [f"{name}: its own AUC is {area:.4f}" for name, area in areas.items() if max(area, 1 - area) > AUC]
    first = max(importances, key=lambda name: importances[name])
    median = float(np.median(list(importances.values())))
    return {
        "problems": problems,
        "largest": first,
        "largest_over_median": importances[first] / median if median else 0.0,
        "auc": areas,
    }


def _ruler(what: str, sizes: dict[str, float]) -> list[str]:
    first, *others = sorted(sizes, key=lambda name: -sizes[name])
    if others and sizes[first] > RATIO * sizes[others[0]]:
        second = f"the second largest, {sizes[others[0]]:.4g}"
        return [f"{first}: {what} {sizes[first]:.4g} is over {RATIO:g} x {second}"]
    return []


def _sample(places: npt.NDArray[np.int64], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return places if len(places) <= n else rng.choice(places, n, replace=False)
