"""What the classifier says of watched pairs, and what share of them was liked."""

from pathlib import Path
from typing import Any

import numpy as np

from twostage.plots.canvas import BLUE, GREY, SKY, figure

TITLE = "Calibration: the classifier's probability that a pair was liked, and what was"


def draw(observed: dict[str, Any], path: Path) -> None:
    """observed: see `liked.judge.judged`, or why there is none, which the picture says then."""
    with figure(path, (6, 5.8), TITLE) as (_, (axis,)):
        axis.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2)
        axis.text(0.98, 0.02, "on the dashed line as many are liked as it says", color=GREY, ha="right")
        if observed.get("left_out"):
            axis.set_title(f"Left out: {observed['left_out']}")
        else:
            _curve(axis, **observed["calibration"], label=observed["label"])
        axis.set(xlabel="probability", ylabel="share of liked pairs")
        axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")


def _curve(axis: Any, predicted: list[float], observed: list[float], pairs: list[int], label: str) -> None:
    """A point a bin, and how far it lies from the diagonal."""
    said, found = (float(np.average(shares, weights=pairs)) for shares in (predicted, observed))
    about = f"{sum(pairs):,} pairs in bins of {max(pairs):,}, liked: {label}"
    axis.set_title(f"{about}\nof all: mean probability {said:.2f}, liked {found:.2f}")
    axis.vlines(predicted, predicted, observed, color=SKY, linewidth=1.2, alpha=0.6)
    axis.plot(predicted, observed, color=BLUE, marker="o", markersize=5, clip_on=False, zorder=3)
