"""The features that move the ranker most, coloured by what they describe."""

from pathlib import Path
from typing import Any

from matplotlib.patches import Patch

from twostage.plots.canvas import BLUE, GREEN, GREY, INK, ORANGE, figure

TOP = 20
# By the start of the name; whatever is left comes from the generators.
KINDS = {"user_": ("the user", BLUE), "item_": ("the item", ORANGE), "pair_": ("the pair", GREEN)}
OTHER = ("the generators' lists", GREY)


def draw(ranker: dict[str, Any], path: Path) -> None:
    """ranker: importance, feature -> percent; loss_change, feature -> loss, and the metric that it is of."""
    every, change = ranker["importance"], ranker["loss_change"]
    largest = sorted(every, key=lambda name: (-every[name], name))[:TOP][::-1]
    title = f"What the ranker looks at: the {len(largest)} most important of {len(every)} features"
    size = (10, 0.24 * len(largest) + 1.7)
    with figure(path, size, title, 2, sharey=True) as (drawn, (left, right)):
        _bars(left, largest, [every[name] for name in largest], "{:.1f}")
        _bars(right, largest, [1000 * change[name] for name in largest], "{:.2f}")
        left.set_title("PredictionValuesChange, percent of all features'")
        right.set_title(f"loss on the holdout without it, less with it; {ranker['loss_change_on']['metric']} / 1000")
        present = [kind for kind in (*KINDS.values(), OTHER) if kind in map(_kind, largest)]
        handles = [Patch(color=colour, label=f"of {words}") for words, colour in present]
        drawn.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)


def _bars(axis: Any, names: list[str], values: list[float], text: str) -> None:
    axis.barh(names, values, color=[_kind(name)[1] for name in names], height=0.72)
    for place, value in enumerate(values):
        axis.text(max(value, 0), place, f" {text.format(value)}", va="center", fontsize=8)
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.tick_params(axis="y", length=0, labelsize=9)
    axis.margins(x=0.12, y=0.01)


def _kind(name: str) -> tuple[str, str]:
    return next((kind for start, kind in KINDS.items() if name.startswith(start)), OTHER)
