"""NDCG on the holdout as trees are added, for every sum of losses: where each stops gaining, and which is chosen."""

from pathlib import Path

import pandas as pd

from twostage.plots.canvas import COLOURS, figure

TITLE = "NDCG@{depth} on the holdout as the ranker grows; ring: the best look of each loss, of the kept the choice"


def draw(curves: pd.DataFrame, kept: str, trees: int, depth: int, path: Path) -> None:
    """curves: see `tables.learning_curves`, of NDCG@depth; a loss without a look isn't drawn. kept, trees: chosen."""
    curves = curves.dropna(axis="columns", how="all")
    with figure(path, (8.5, 3.8), TITLE.format(depth=depth)) as (drawn, (axis,)):
        for place, loss in enumerate(curves.columns[1:]):
            curve = curves.set_index("trees")[loss].dropna()
            colour, best = COLOURS[place % len(COLOURS)], curve.index.to_numpy()[curve.argmax()]
            style = "-" if place < len(COLOURS) else ":"
            label, width, look = (f"{loss}, kept", 3.2, trees) if loss == kept else (loss, 1.5, best)
            label += f": {curve[look]:.3f} at {look} trees"
            axis.plot(curve.index, curve, color=colour, marker=".", linestyle=style, linewidth=width, label=label)
            axis.plot(look, curve[look], "o", color=colour, markersize=10, fillstyle="none")
        axis.set(xlabel="trees of each model", ylabel=f"NDCG@{depth} on the holdout", xlim=(0, None))
        axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
        drawn.legend(loc="outside lower center", ncols=min(3, curves.shape[1] - 1), frameon=False)
