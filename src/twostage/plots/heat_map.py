"""How much each pair of generators agrees."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from twostage.plots.canvas import INK, PALE, PERIODS, figure
from twostage.plots.tables import blocks, serving

TITLES = {
    "overlap": "Overlap: share of {n} items that the lists of two generators have in common",
    "rbo": "Rank-biased overlap (p = {p:g}) of two generators' first {n} items; 1: the same order",
}


def draw(generators: dict[str, Any], measure: str, p: float, path: Path) -> None:
    """generators: period -> measure -> generator -> generator -> value, recall and served of every generator; the same
    of its warm users. One that serves nobody isn't drawn. p: persistence of rank-biased overlap.
    """
    shown = blocks(generators, "pair_queries")
    recall = shown[PERIODS[0]]["recall"]
    names, n = serving(shown), max(int(depth) for curve in recall.values() for depth in curve)
    side = max(2.4, (0.66 if len(names) <= 6 else 0.5) * len(names))
    size, title = (2 * side + 3, side + 1.7), TITLES[measure].format(n=n, p=p)
    with figure(path, size, title, len(shown), layout="compressed", sharey=True) as (drawn, axes):
        drawn.get_layout_engine().set(h_pad=0.08)
        for axis, block in zip(axes, shown.values(), strict=True):
            image = _cells(axis, square(block[measure], names))
            axis.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
            axis.set_yticks(range(len(names)), names)
            axis.tick_params(length=0)
            axis.spines[:].set_visible(False)
            axis.set_title(block["title"])
        drawn.colorbar(image, ax=axes, shrink=0.8, aspect=25, ticks=[0, 0.5, 1]).outline.set_visible(False)


def square(pairs: dict[str, dict[str, float]], names: list[str]) -> npt.NDArray[np.float64]:
    """Values of pairs as a table [names, names]; NaN where a pair has none."""
    return np.array([[pairs.get(a, {}).get(b, np.nan) for b in names] for a in names], dtype=np.float64)


def _cells(axis: Any, values: npt.NDArray[np.float64]) -> Any:
    """The diagonal stays blank; a dash where no user has a list of either generator."""
    axis.set_facecolor(PALE)
    for (row, column), value in np.ndenumerate(values):
        if row != column:
            text, colour = "-" if np.isnan(value) else f"{value:.2f}", "white" if value > 0.55 else INK
            axis.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)
    return axis.imshow(np.ma.masked_invalid(values), cmap=mpl.colormaps["Blues"].resampled(20), vmin=0, vmax=1)
