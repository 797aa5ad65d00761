"""What the classifier says of watched pairs, and what share of them was liked."""

from pathlib import Path
from typing import Any

import numpy as np

from twostage.plots.canvas import BLUE, GREY, SKY, figure

TITLE = "Calibration: the classifier's probability, and what of the watched pairs was liked"

NOTE = """It learned to tell watched items from others:
on the dashed line where as many are liked"""


def draw(observed: dict[str, Any], path: Path) -> None:
    """observed: see `proof.observed`. Without a classifier the picture says why."""
    with figure(path, (6, 5.8), TITLE) as (_, (axis,)):
        axis.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2)
        axis.text(0.98, 0.02, NOTE, color=GREY, ha="right")
        if "classifier" in observed:
            _curve(axis, **observed["classifier"]["calibration"], label=observed["label"])
        else:
            axis.set_title(f"Left out: {observed.get('left_out', 'no classifier was compared')}")
        axis.set(xlabel="probability of being watched, among its training rows", ylabel="share of liked pairs")
        axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")


def _curve(axis: Any, predicted: list[float], observed: list[float], pairs: list[int], label: str) -> None:
    """A point a bin, and how far it lies from the diagonal."""
    said, found = (float(np.average(shares, weights=pairs)) for shares in (predicted, observed))
    about = f"{sum(pairs):,} pairs in bins of {max(pairs):,}, liked: {label}"
    axis.set_title(f"{about}\nof all: mean probability {said:.2f}, liked {found:.2f}")
    axis.vlines(predicted, predicted, observed, color=SKY, linewidth=1.2, alpha=0.6)
    axis.plot(predicted, observed, color=BLUE, marker="o", markersize=5, clip_on=False, zorder=3)
