"""Diversity(k): how fast the lists of all users begin to repeat each other."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import BLUE, figure

TITLE = "Diversity(k) of the final lists: distinct items among all places"


def draw(curve: pd.DataFrame, path: Path) -> None:
    """curve: k, diversity."""
    k, values = curve["k"].tolist(), curve["diversity"].tolist()
    with figure(path, (7, 3.8), TITLE) as (_, (axis,)):
        axis.plot(k, values, color=BLUE, marker="o", markersize=4, clip_on=False)
        for place in sorted({0, len(k) - 1}):
            axis.annotate(
                f"{values[place]:.3g}",
                (k[place], values[place]),
                (0, 8),
                textcoords="offset points",
                ha="left" if place == 0 else "right",
                color=BLUE,
                weight="bold",
            )
        axis.set(xlabel="k, items of each list", ylabel="Diversity(k), distinct / places")
        axis.set(xlim=(0.5, k[-1] + 0.5), ylim=(0, 1.15 * max(values)))
        axis.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
