"""Other values of the ranker's parameters: what the holdout says each would gain or lose."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import BLUE, INK, figure

TITLE = "NDCG@{depth} on the holdout with one choice changed, less that of the choice in use; 95 % intervals over users"
# A gain beyond it doesn't set the edges, for it would leave no room to tell the others apart: outside is an arrow.
FAR = 0.05
LEAST = 0.005  # of an edge, where all others are nearer to 0
PANELS = {"horizon": "asked on a fold's first day", "daily": "asked on every day with a watch"}


def draw(choices: dict[str, Any], depth: int, path: Path) -> None:
    """choices: see `choices.judged`; without another choice the picture is empty."""
    others, used = choices.get("others", {}), choices.get("in_use", {})
    names, shown = sorted(others, reverse=True), [protocol for protocol in PANELS if protocol in used]
    size = (9, 1.5 + 0.35 * len(names))
    with figure(path, size, TITLE.format(depth=depth), max(1, len(shown)), sharey=True) as (_, axes):
        for axis, protocol in zip(axes, shown, strict=False):
            axis.axvline(0, color=INK, linewidth=0.8)
            said = [others[name][protocol] for name in names]
            near = [bound for one in said if abs(one["gain"]) <= FAR for bound in one["gain_interval"]]
            edges = 1.1 * min([*near, -LEAST]), 1.1 * max([*near, LEAST])
            for place, one in enumerate(said):
                if edges[0] <= one["gain"] <= edges[1]:
                    _point(axis, place, one)
                else:
                    _arrow(axis, place, one, edges)
                    axis.set_xlabel("arrow: beyond the edge")
            axis.set_yticks(range(len(names)), names)
            axis.set_title(f"{PANELS[protocol]} ({used[protocol]['queries']:,} queries)")
            margin = 0.09 * (edges[1] - edges[0])
            axis.set(ylim=(-0.6, len(names) - 0.4), xlim=(edges[0] - margin, edges[1] + margin))
            axis.tick_params(axis="y", length=0)
            axis.locator_params(axis="x", nbins=5)


def _point(axis: Any, place: int, said: dict[str, Any]) -> None:
    low, high = said["gain_interval"]
    axis.plot([low, high], [place, place], color=BLUE, linewidth=2.5, solid_capstyle="butt")
    axis.plot(said["gain"], place, "o", color=BLUE)
    _number(axis, place, said, said["gain"])


def _arrow(axis: Any, place: int, said: dict[str, Any], edges: tuple[float, float]) -> None:
    below = said["gain"] < 0
    at = edges[0 if below else 1]
    axis.plot(at, place, "<" if below else ">", color=BLUE, markersize=9)
    _number(axis, place, said, at)


def _number(axis: Any, place: int, said: dict[str, Any], at: float) -> None:
    """Above its point, in bold where its interval is clear of 0."""
    low, high = said["gain_interval"]
    weight = "bold" if low > 0 or high < 0 else "normal"
    words = f"{said['gain']:+.3f}".replace("-0.000", "0.000")
    axis.annotate(words, (at, place), (0, 5), textcoords="offset points", ha="center", fontsize=9, weight=weight)
