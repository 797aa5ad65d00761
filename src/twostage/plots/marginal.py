"""What the union of all lists would lose without each generator."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import BLUE, PERIODS, figure

TITLE = "Marginal recall: what the recall of all lists together loses without a generator"


def draw(generators: dict[str, Any], path: Path) -> None:
    """generators: period -> marginal_recall, union_recall, queries; the most useful one of the last period on top."""
    last = generators[PERIODS[-1]]["marginal_recall"]
    order = sorted(last, key=lambda name: (last[name], name))
    highest = max(max(block["marginal_recall"].values()) for block in generators.values())
    with figure(path, (9.5, 0.3 * len(order) + 1.7), TITLE, len(PERIODS), sharey=True) as (_, axes):
        for axis, period in zip(axes, PERIODS, strict=True):
            block = generators[period]
            values = [block["marginal_recall"][name] for name in order]
            axis.barh(order, values, color=BLUE, height=0.66)
            for place, value in enumerate(values):
                axis.text(value, place, f" {value:.4f}", va="center", fontsize=9)
            axis.set(xlabel=f"recall lost, of {block['union_recall']:.3f}", xlim=(0, 1.2 * highest or 1))
            axis.set_title(f"{period} period, {block['queries']:,} users")
            axis.tick_params(axis="y", length=0)
