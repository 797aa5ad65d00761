"""Every system by kind of user and of relevant item, as a table: the deeper a cell, the nearer its column's best."""

from pathlib import Path
from typing import Any

import numpy as np

from twostage.plots.canvas import PROTOCOLS, embolden, figure
from twostage.plots.kinds import ordered

TITLE = "NDCG@{k} by kind of user and of relevant item; bold: best of its column"
ABOUT = ("queries", "users")
FEWEST = 5  # columns that give a panel's title room


def draw(parts: dict[str, Any], k: int, path: Path) -> None:
    """parts: protocol -> part -> system -> ndcg at k, queries; see `proof.parts`. The best for warm users on top."""
    shown = [protocol for protocol in PROTOCOLS if parts.get(protocol)]
    columns = max(len(parts[protocol]) for protocol in shown)
    first = parts[shown[0]][ordered(parts[shown[0]])[0]]
    order = sorted((name for name in first if name not in ABOUT), key=lambda name: (-first[name]["ndcg"], name))
    size = (len(shown) * (0.85 * max(columns, FEWEST) + 0.6) + 1.6, 0.36 * len(order) + 1.7)
    with figure(path, size, TITLE.format(k=k), len(shown), sharey=True) as (_, axes):
        for axis, protocol in zip(axes, shown, strict=True):
            block = {name: parts[protocol][name] for name in ordered(parts[protocol])}
            values = np.array([[part[system]["ndcg"] for part in block.values()] for system in order])
            best = values.max(axis=0)
            axis.imshow(values / np.where(best > 0, best, 1), cmap="Blues", vmin=0.2, vmax=1.8, aspect="auto")
            for (row, column), value in np.ndenumerate(values):
                weight = "bold" if value == best[column] and value > 0 else "normal"
                axis.text(column, row, f"{value:.3f}", ha="center", va="center", fontsize=9, weight=weight)
            labels = [f"{name.replace(' ', chr(10))}\n{part['queries']:,}" for name, part in block.items()]
            axis.set_xticks(range(len(block)), labels, fontsize=9)
            axis.set_title(f"{PROTOCOLS[protocol]}; below: queries")
            axis.tick_params(length=0)
            axis.spines[:].set_visible(False)
        axes[0].set_yticks(range(len(order)), order)
        embolden(axes[0], "ranker")
