"""recall@N of each generator beside that of as many items of all, in turns; above them the ceiling, all of all."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import INK, by_height, figure, looks
from twostage.plots.tables import blocks, merged_curve, recall_curves

TITLE = "Recall@N of the generators: share of what a user goes on to watch that is in the list"


def draw(generators: dict[str, Any], path: Path) -> None:
    """generators: period -> recall, merged_recall, union_recall, union_candidates, queries, and of its warm users."""
    shown = blocks(generators)
    curves = recall_curves(generators)
    drawn_as = looks(curves["generator"].unique().tolist())
    top = min(1.1, 1.18 * max(block["union_recall"] for block in shown.values()))
    with figure(path, (9.5, 3.9), TITLE, len(shown), sharey=True) as (drawn, axes):
        for axis, (period, block) in zip(axes, shown.items(), strict=True):
            for name, rows in curves[curves["period"] == period].groupby("generator"):
                axis.plot(rows["n"], rows["recall"], markersize=5, label=name, **drawn_as[str(name)])
            merged = merged_curve(block)
            axis.plot(merged.index, merged, color=INK, linewidth=1.6, label="of all in turns, as many")
            _ceiling(axis, block)
            axis.set(xlabel="N, items of each list", ylim=(0, top), xlim=(0, None))
            axis.set_title(block["title"])
            axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        axes[0].set_ylabel("recall, mean over users")
        drawn.legend(*by_height(axes[-1]), loc="outside right center", frameon=False)


def _ceiling(axis: Any, block: dict[str, Any]) -> None:
    """Its words stand above it at the left, where no curve passes."""
    value = block["union_recall"]
    axis.axhline(value, color=INK, linestyle=":", linewidth=1, label="the ceiling, all of all")
    words = f"the ceiling: all of all, {block['union_candidates']:.0f} items a user: {value:.2f}"
    axis.annotate(words, (0.02, value), (0, 4), xycoords=("axes fraction", "data"), textcoords="offset points")
