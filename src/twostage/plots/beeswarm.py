"""SHAP values of a sample of rows: which way each feature pushes a candidate."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from twostage.plots.canvas import figure

TOP = 20


def draw(values: pd.DataFrame, features: pd.DataFrame, path: Path) -> None:
    """values, features: one row a candidate, one column a feature."""
    import shap

    # The function of this name that takes a generator: shap.plots.beeswarm scatters by numpy's global state.
    rng = np.random.default_rng(0)
    title = f"SHAP values of {len(values):,} candidates: a point on the right moves its candidate up"
    size = (8, 0.26 * min(TOP, values.shape[1]) + 1.6)
    with figure(path, size, title, layout="tight") as (drawn, (axis,)):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)  # a feature that nobody here has
            shap.summary_plot(values.to_numpy(), features, max_display=TOP, show=False, plot_size=None, rng=rng)
        # shap's letters are too large for its rows; its colour bar is the second axes.
        axis.tick_params(axis="both", labelsize=9)
        axis.set_xlabel("SHAP value: change of the ranker's score", fontsize=10)
        unknown = "; grey: unknown" if features.isna().any(axis=None) else ""
        for bar in drawn.axes[1:]:
            bar.set_ylabel(f"value of the feature{unknown}", fontsize=10, labelpad=-10)
            bar.tick_params(labelsize=9)
