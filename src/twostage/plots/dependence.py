"""How the value of a feature moves the ranker's score: one panel for each of those that move it most."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from twostage.plots.canvas import BLUE, GREY, INK, VERMILION, figure

TOP, PANELS = 6, 3  # features, panels in a row
BINS = 12  # parts of the known values, as many points in each
SHOWN = (0.5, 99.5)  # percent of the values: a few far ones would squeeze the others together


def draw(values: pd.DataFrame, features: pd.DataFrame, path: Path) -> None:
    """values (SHAP), features: one row a candidate, one column a feature."""
    size = values.abs().mean()
    names = sorted(size.index, key=lambda name: (-size[name], name))[:TOP]
    rows, panels = -(-len(names) // PANELS), min(PANELS, len(names))
    title = f"SHAP value by the feature's own value, {len(values):,} candidates; line: median of equal parts"
    with figure(path, (3.6 * panels + 0.4, 2.7 * rows + 0.7), title, panels, rows) as (drawn, axes):
        for axis, name in zip(axes, names, strict=False):
            _panel(axis, features[name].to_numpy(np.float64), values[name].to_numpy(np.float64))
            axis.set_title(name)
        for axis in axes[: len(names) : PANELS]:
            axis.set_ylabel("change of the score")
        for axis in axes[len(names) :]:
            axis.set_visible(False)
        drawn.supxlabel(f"not shown: the {SHOWN[0]} % of the known values farthest on each side", fontsize=9)


def medians(x: np.ndarray, y: np.ndarray) -> tuple[list[float], list[float]]:
    """Median x and y of BINS parts of as many points each by x; equal x always fall into the same part."""
    edges = np.unique(np.quantile(x, np.linspace(0, 1, BINS + 1)))
    part = np.searchsorted(edges[1:-1], x, side="right")
    found = [part == place for place in np.unique(part)]
    return [float(np.median(x[some])) for some in found], [float(np.median(y[some])) for some in found]


def _panel(axis: Any, x: np.ndarray, y: np.ndarray) -> None:
    known = np.isfinite(x)
    axis.axhline(0, color=GREY, linewidth=0.8)
    if known.any():
        axis.scatter(x[known], y[known], s=5, color=BLUE, alpha=0.25, linewidths=0)
        axis.plot(*medians(x[known], y[known]), color=VERMILION, linewidth=1.8)
        low, high = np.percentile(x[known], SHOWN)
        margin = 0.04 * (high - low) or 0.5
        axis.set_xlim(low - margin, high + margin)
    if not known.all():
        share, middle = 100 * (1 - known.mean()), np.median(y[~known])
        text = f"unknown in {'< 1' if share < 1 else f'{share:.0f}'} %: median {middle:+.2f}"
        axis.text(0.98, 0.02, text, transform=axis.transAxes, ha="right", va="bottom", fontsize=8, color=INK)
    axis.tick_params(labelsize=8)
