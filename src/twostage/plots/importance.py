"""The features that move the ranker most, coloured by what they describe."""

from pathlib import Path
from typing import Any

from matplotlib.patches import Patch

from twostage.plots.canvas import KINDS, bars, figure

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
        bars(left, largest, [every[name] for name in largest], colours, "{:.1f}")
        bars(right, largest, [1000 * change[name] for name in largest], colours, "{:.2f}")
        left.margins(y=0.01)
        left.set_title("PredictionValuesChange, percent of all features'")
        right.set_title(f"rise of {ranker['loss_change_on']['metric']} on the holdout without it, in thousandths")
        handles = [Patch(color=KINDS[kind], label=f"of {words}") for kind, words in WORDS.items() if kind in kinds]
        drawn.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
