"""NDCG on the holdout as trees are added, for every loss: where each stops gaining, and which is chosen."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import COLOURS, figure

TITLE = "NDCG@{depth} on the holdout as the ranker grows; the ring is the best look of each loss"


def draw(curves: pd.DataFrame, kept: str, depth: int, path: Path) -> None:
    """curves: see `tables.learning_curves`, of NDCG@depth; a loss without a look isn't drawn. kept: the chosen one."""
    curves = curves.dropna(axis="columns", how="all")
    with figure(path, (8.5, 3.8), TITLE.format(depth=depth)) as (drawn, (axis,)):
        for place, loss in enumerate(curves.columns[1:]):
            curve = curves.set_index("trees")[loss].dropna()
            colour, best = COLOURS[place % len(COLOURS)], curve.idxmax()
            label, width = (f"{loss}, kept", 3.2) if loss == kept else (loss, 1.5)
            label += f": {curve.max():.3f} at {best} trees"
            axis.plot(curve.index, curve, color=colour, marker=".", linewidth=width, label=label)
            axis.plot(best, curve.max(), "o", color=colour, markersize=10, fillstyle="none")
        axis.set(xlabel="trees", ylabel=f"NDCG@{depth} on the holdout", xlim=(0, None))
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        drawn.legend(loc="outside lower center", ncols=min(3, curves.shape[1] - 1), frameon=False)
