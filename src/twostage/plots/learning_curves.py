"""NDCG on the holdout as trees are added, for every loss: where each stops gaining, and which is chosen."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import COLOURS, figure

TITLE = "NDCG on the holdout as the ranker grows; the ring is the best look of each loss"


def draw(curves: pd.DataFrame, path: Path) -> None:
    """curves: see `tables.learning_curves`; a loss without a look isn't drawn."""
    curves = curves.dropna(axis="columns", how="all")
    with figure(path, (7.5, 3.8), TITLE) as (drawn, (axis,)):
        for place, loss in enumerate(curves.columns[1:]):
            curve = curves.set_index("trees")[loss].dropna()
            colour, best = COLOURS[place % len(COLOURS)], curve.idxmax()
            label = f"{loss}: {curve.max():.3f} at {best} trees"
            axis.plot(curve.index, curve, color=colour, marker=".", label=label)
            axis.plot(best, curve.max(), "o", color=colour, markersize=10, fillstyle="none")
        axis.set(xlabel="trees", ylabel="NDCG on the holdout", xlim=(0, None))
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        drawn.legend(loc="outside lower center", ncols=min(3, curves.shape[1] - 1), frameon=False)
