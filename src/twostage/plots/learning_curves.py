"""NDCG on the holdout as trees are added, for every sum of losses: where each stops gaining, and which is chosen."""

from pathlib import Path
from typing import Any

import pandas as pd

from twostage.plots.canvas import COLOURS, VERMILION, figure

TITLE = "NDCG@{depth} on the holdout as the ranker grows; ring: what is trained; legend: of others the best look"
KEPT = {"color": VERMILION, "linewidth": 3.2, "zorder": 3}


def draw(curves: pd.DataFrame, kept: str, trees: int, depth: int, path: Path) -> None:
    """curves: see `tables.learning_curves`, of NDCG@depth; a sum without a look isn't drawn. kept, trees: chosen."""
    curves = curves.dropna(axis="columns", how="all").set_index("trees")
    with figure(path, (9.5, 4.2), TITLE.format(depth=depth)) as (drawn, (axis,)):
        for place, loss in enumerate(curves):
            curve = curves[loss].dropna()
            look, label, style = curve.index.to_numpy()[curve.argmax()], str(loss), _style(place)
            if loss == kept:
                look, label, style = trees, f"{loss}, kept", KEPT
                axis.plot(look, curve[look], "o", color=VERMILION, markersize=11, fillstyle="none", zorder=3)
            label += f": {curve[look]:.3f} at {look} trees"
            axis.plot(curve.index, curve, marker=".", label=label, **style)
        about = f"NDCG@{depth} among candidates,\nof queries with a watched one"
        axis.set(xlabel="trees of each model", ylabel=about, xlim=(0, None))
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        drawn.legend(loc="outside lower center", ncols=min(3, curves.shape[1]), frameon=False)


def _style(place: int) -> dict[str, Any]:
    """After the last colour they begin anew, dashed."""
    dash = "--" if place >= len(COLOURS) else "-"
    return {"color": COLOURS[place % len(COLOURS)], "linestyle": dash, "linewidth": 1.5}
