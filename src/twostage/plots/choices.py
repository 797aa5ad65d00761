"""Other values of the ranker's parameters: what the holdout says each would gain or lose."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import BLUE, INK, figure

TITLE = "NDCG@{depth} on the holdout with one choice changed, less that of the choice in use; 95 % intervals over users"

PANELS = {"horizon": "asked on a fold's first day", "daily": "asked on every day with a watch"}


def draw(choices: dict[str, Any], depth: int, path: Path) -> None:
    """choices: see `choices.judged`; without another choice the picture is empty."""
    others, used = choices.get("others", {}), choices.get("in_use", {})
    names, shown = sorted(others, reverse=True), [protocol for protocol in PANELS if protocol in used]
    size = (9, 1.5 + 0.35 * len(names))
    with figure(path, size, TITLE.format(depth=depth), max(1, len(shown)), sharey=True) as (_, axes):
        for axis, protocol in zip(axes, shown, strict=False):
            axis.axvline(0, color=INK, linewidth=0.8)
            for place, name in enumerate(names):
                _point(axis, place, others[name][protocol])
            axis.set_yticks(range(len(names)), names)
            axis.set_title(f"{PANELS[protocol]} ({used[protocol]['queries']:,} queries)")
            axis.set(ylim=(-0.6, len(names) - 0.4))
            axis.tick_params(axis="y", length=0)
            axis.locator_params(axis="x", nbins=5)


def _point(axis: Any, place: int, said: dict[str, Any]) -> None:
    """The number stands above its point, in bold where its interval is clear of 0."""
    low, high = said["gain_interval"]
    axis.plot([low, high], [place, place], color=BLUE, linewidth=2.5, solid_capstyle="butt")
    axis.plot(said["gain"], place, "o", color=BLUE)
    weight = "bold" if low > 0 or high < 0 else "normal"
    words, at = f"{said['gain']:+.3f}".replace("-0.000", "0.000"), (said["gain"], place)
    axis.annotate(words, at, (0, 5), textcoords="offset points", ha="center", fontsize=9, weight=weight)
