"""The features that move the ranker most, coloured by what they describe."""

from pathlib import Path
from typing import Any

from matplotlib.patches import Patch

from twostage.plots.canvas import INK, KINDS, figure

TOP = 20
WORDS = {"user": "the user", "item": "the item", "pair": "the pair", "generator": "the generators' lists"}


def draw(ranker: dict[str, Any], path: Path) -> None:
    """ranker: importance, feature -> percent; loss_change, feature -> loss, its metric; kinds, feature -> kind."""
    every, change = ranker["importance"], ranker["loss_change"]
    largest = sorted(every, key=lambda name: (-every[name], name))[:TOP][::-1]
    kinds = [ranker["kinds"][name] for name in largest]
    title = f"What the ranker looks at: the {len(largest)} most important of {len(every)} features"
    size = (10, 0.24 * len(largest) + 1.7)
    with figure(path, size, title, 2, sharey=True) as (drawn, (left, right)):
        colours = [KINDS[kind] for kind in kinds]
        _bars(left, largest, [every[name] for name in largest], colours, "{:.1f}")
        _bars(right, largest, [1000 * change[name] for name in largest], colours, "{:.2f}")
        left.set_title("PredictionValuesChange, percent of all features'")
        right.set_title(f"loss on the holdout without it, less with it; {ranker['loss_change_on']['metric']} / 1000")
        handles = [Patch(color=KINDS[kind], label=f"of {words}") for kind, words in WORDS.items() if kind in kinds]
        drawn.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)


def _bars(axis: Any, names: list[str], values: list[float], colours: list[str], text: str) -> None:
    axis.barh(names, values, color=colours, height=0.72)
    for place, value in enumerate(values):
        axis.text(max(value, 0), place, f" {text.format(value)}", va="center", fontsize=8)
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.tick_params(axis="y", length=0, labelsize=9)
    axis.margins(x=0.12, y=0.01)
