"""Quality of every system against the length of its lists."""

from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from twostage.plots.canvas import GREY, INK, PROTOCOLS, VERMILION, by_height, figure, looks, mark_k

TITLE = "Quality against k on the test period"
OWN: dict[str, dict[str, Any]] = {
    "ranker": {"color": VERMILION, "linewidth": 2.6, "zorder": 4},
    "scores_only": {"color": INK, "linestyle": "--"},
    "fusion": {"color": GREY, "linewidth": 2},
}
MEASURES = {"ndcg": "NDCG@k", "recall": "recall@k"}


def draw(curves: pd.DataFrame, k: int, path: Path) -> None:
    """curves: protocol, segment, system, k, ndcg, recall; warm users where there are any. k: in use."""
    segment = "warm" if (curves["segment"] == "warm").any() else "all"
    curves = curves[curves["segment"] == segment]
    generators = [name for name in curves["system"].unique() if name not in OWN]
    drawn_as = looks(generators) | OWN
    with figure(path, (11, 7), f"{TITLE}, {segment} users", 2, 2) as (drawn, axes):
        for axis, (measure, protocol) in zip(axes, product(MEASURES, PROTOCOLS), strict=True):
            of_protocol = curves[curves["protocol"] == protocol]
            for name in drawn_as:
                rows = of_protocol[of_protocol["system"] == name]
                axis.plot(rows["k"], rows[measure], label=name, markersize=3, **drawn_as[name])
            axis.set_ylabel(f"{MEASURES[measure]}, mean over queries")
            axis.set_title(PROTOCOLS[protocol] + _begin(axis, measure))
            axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
            mark_k(axis, k)
        drawn.legend(*by_height(axes[0]), loc="outside right center", frameon=False)


def _begin(axis: Any, measure: str) -> str:
    """Recall grows from 0. NDCG hardly changes with k, so its axis begins where its curves do; the words say where."""
    low = max(0, axis.get_ylim()[0]) if measure == "ndcg" else 0
    axis.set_ylim(low, None)
    return f"; the axis begins at {low:.3f}" if low else ""
