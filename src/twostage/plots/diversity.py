"""Diversity(k): how fast the lists of all users begin to repeat each other."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import BLUE, figure, mark_k

TITLE = "Diversity(k) of the final lists: distinct items among all places"


def draw(curve: pd.DataFrame, k: int, path: Path) -> None:
    """curve: k, diversity; k: in use."""
    depths, values = curve["k"].tolist(), curve["diversity"].tolist()
    with figure(path, (7, 3.8), TITLE) as (_, (axis,)):
        axis.plot(depths, values, color=BLUE, marker="o", markersize=4, clip_on=False)
        last = len(depths) - 1
        for place in sorted({0, depths.index(k), last}):
            axis.annotate(
                f"{values[place]:.3g}",
                (depths[place], values[place]),
                (4, 8),
                textcoords="offset points",
                ha="left" if place < last or not last else "right",
                color=BLUE,
                weight="bold",
            )
        axis.set(ylabel="Diversity(k), distinct / places", xlim=(0.5, depths[-1] + 0.5), ylim=(0, 1.15 * max(values)))
        mark_k(axis, k)
