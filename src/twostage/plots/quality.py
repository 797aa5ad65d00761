"""Quality of every system against the length of its lists."""

from pathlib import Path
from typing import Any

import pandas as pd

from twostage.plots.canvas import GREY, INK, VERMILION, figure, looks

TITLE = "Quality against k on the test period"
OWN: dict[str, dict[str, Any]] = {
    "ranker": {"color": VERMILION, "linewidth": 2.6, "zorder": 4},
    "scores_only": {"color": INK, "linestyle": "--"},
    "fusion": {"color": GREY, "linewidth": 2},
}
PANELS = [
    (protocol, measure, f"{title}, {protocol}")
    for protocol in ("horizon", "daily")
    for measure, title in (("ndcg", "NDCG@k"), ("recall", "recall@k"))
]


def draw(curves: pd.DataFrame, path: Path) -> None:
    """curves: protocol, segment, system, k, ndcg, recall; warm users where there are any."""
    segment = "warm" if (curves["segment"] == "warm").any() else "all"
    curves = curves[curves["segment"] == segment]
    generators = [name for name in curves["system"].unique() if name not in OWN]
    drawn_as = looks(generators) | OWN
    with figure(path, (13, 3.7), f"{TITLE}, {segment} users", len(PANELS)) as (drawn, axes):
        for axis, (protocol, measure, title) in zip(axes, PANELS, strict=True):
            of_protocol = curves[curves["protocol"] == protocol]
            for name in [*OWN, *sorted(generators)]:
                rows = of_protocol[of_protocol["system"] == name]
                axis.plot(rows["k"], rows[measure], label=name, markersize=3, **drawn_as[name])
            axis.set(xlabel="k, items of each list", ylim=(0, None))
            axis.set_title(title)
            axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
            axis.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        handles, labels = axes[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside right center", frameon=False)
