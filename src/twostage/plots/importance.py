"""The features that move the ranker most, coloured by what they describe."""

from pathlib import Path
from typing import Any

from matplotlib.patches import Patch

from twostage.plots.canvas import BLUE, GREEN, GREY, ORANGE, figure

TOP = 25
# By the start of the name; whatever is left comes from the generators.
KINDS = {"user_": ("the user", BLUE), "item_": ("the item", ORANGE), "pair_": ("the pair", GREEN)}
OTHER = ("the generators' lists", GREY)


def draw(ranker: dict[str, Any], path: Path) -> None:
    """ranker: importance, feature -> percent."""
    every = ranker["importance"]
    largest = dict(sorted(every.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP][::-1])
    title = f"What the ranker looks at: the {len(largest)} most important of {len(every)} features"
    with figure(path, (7.5, 0.22 * len(largest) + 1.7), title) as (drawn, (axis,)):
        axis.barh(list(largest), list(largest.values()), color=[_kind(name)[1] for name in largest], height=0.72)
        for place, value in enumerate(largest.values()):
            axis.text(value, place, f" {value:.1f}", va="center", fontsize=8)
        axis.set(xlabel="importance (PredictionValuesChange), percent of the sum over features")
        axis.tick_params(axis="y", length=0, labelsize=9)
        axis.margins(x=0.08, y=0.01)
        present = [kind for kind in (*KINDS.values(), OTHER) if kind in map(_kind, largest)]
        handles = [Patch(color=colour, label=f"of {words}") for words, colour in present]
        drawn.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)


def _kind(name: str) -> tuple[str, str]:
    return next((kind for start, kind in KINDS.items() if name.startswith(start)), OTHER)
