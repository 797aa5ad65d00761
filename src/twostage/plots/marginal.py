"""What the union of all lists would lose without each generator."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import BLUE, PERIODS, bars, figure
from twostage.plots.tables import blocks

TITLE = "Marginal recall: what the recall of all lists together loses without a generator; in order of the valid period"


def draw(generators: dict[str, Any], path: Path) -> None:
    """generators: period -> marginal_recall, union_recall, queries, and the same of its warm users.

    On top is the most useful one of the valid period, which chooses.
    """
    shown = blocks(generators)
    first = shown[PERIODS[0]]["marginal_recall"]
    order = sorted(first, key=lambda name: (first[name], name))
    highest = max(max(block["marginal_recall"].values()) for block in shown.values())
    with figure(path, (9.5, 0.3 * len(order) + 1.7), TITLE, len(shown), sharey=True) as (_, axes):
        for axis, block in zip(axes, shown.values(), strict=True):
            bars(axis, order, [block["marginal_recall"][name] for name in order], [BLUE] * len(order), "{:.4f}")
            axis.set(
                xlabel=f"loss of recall; with all generators it is {block['union_recall']:.3f}",
                xlim=(0, 1.2 * highest or 1),
            )
            axis.set_title(block["title"])
