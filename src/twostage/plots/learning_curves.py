"""NDCG on the holdout as trees are added, for every loss: where each stops gaining, and which is chosen."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import COLOURS, figure

TITLE = "NDCG@{depth} on the holdout as the ranker grows; ring: the best look of each loss, of the kept one the choice"


def draw(curves: pd.DataFrame, kept: str, trees: int, depth: int, path: Path) -> None:
    """curves: see `tables.learning_curves`, of NDCG@depth. kept, trees: chosen."""
    with figure(path, (8.5, 3.8), TITLE.format(depth=depth)) as (drawn, (axis,)):
        for place, loss in enumerate(curves.columns[1:]):
            curve = curves.set_index("trees")[loss].dropna()
            colour, best = COLOURS[place % len(COLOURS)], curve.index.to_numpy()[curve.argmax()]
            label, width, look = (f"{loss}, kept", 3.2, trees) if loss == kept else (loss, 1.5, best)
            label += f": {curve[look]:.3f} at {look} trees"
            axis.plot(curve.index, curve, color=colour, marker=".", linewidth=width, label=label)
            axis.plot(look, curve[look], "o", color=colour, markersize=10, fillstyle="none")
        axis.set(xlabel="trees", ylabel=f"NDCG@{depth} on the holdout", xlim=(0, None))
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        drawn.legend(loc="outside lower center", ncols=min(3, curves.shape[1] - 1), frameon=False)
