"""What each trial of a search gave, and the best so far, one panel a section."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import BLUE, GREY, VERMILION, figure

TITLE = "Trials on cutoffs before the test; the dashed line is params.yaml, the red one the best so far"


def draw(trials: pd.DataFrame, path: Path) -> None:
    """trials: section, trial (0: the present values), value, best."""
    sections = list(trials["section"].unique())
    with figure(path, (max(7.5, 3.2 * len(sections)), 3.4), TITLE, panels=len(sections)) as (_, axes):
        for axis, section in zip(axes, sections, strict=True):
            part = trials[trials["section"] == section]
            present = part["value"].iloc[0]
            axis.axhline(present, color=GREY, linestyle="--", linewidth=1)
            axis.plot(part["trial"], part["value"], "o", color=BLUE, markersize=4)
            axis.plot(part["trial"], part["best"], color=VERMILION, drawstyle="steps-post")
            axis.set(title=f"{section}: {present:.4f} to {part['best'].iloc[-1]:.4f}", xlabel="trial", ylabel="measure")
            axis.xaxis.get_major_locator().set_params(integer=True)
            axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
