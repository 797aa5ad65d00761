"""What each step adds: rank fusion, a ranker of the generators' scores alone, the whole ranker."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from twostage.plots.canvas import GREY, INK, PROTOCOLS, SKY, VERMILION, figure

TITLE = "Gain by step: NDCG@{k} of warm users, and what each step adds to the one before; 95 % intervals over users"
NAMES = {
    "fusion": ("rank\nfusion", GREY),
    "scores_only": ("ranker of scores\nand ranks alone", SKY),
    "ranker": ("ranker of\nall features", VERMILION),
}


def draw(steps: dict[str, Any], k: int, path: Path) -> None:
    """steps: protocol -> systems, gains at k; see `proof.steps`. Without a warm user the picture says so."""
    shown = [protocol for protocol in PROTOCOLS if protocol in steps]
    with figure(path, (9, 4), TITLE.format(k=k), max(1, len(shown))) as (_, axes):
        if not shown:
            axes[0].set_title("Left out: the test has no warm user")
            axes[0].set_axis_off()
        for axis, protocol in zip(axes, shown, strict=False):
            block = steps[protocol]
            for place, (system, (_, colour)) in enumerate(NAMES.items()):
                _bar(axis, place, block["systems"][system], colour)
            _gains(axis, block)
            axis.set_xticks(range(len(NAMES)), [label for label, _ in NAMES.values()])
            axis.set_title(f"{PROTOCOLS[protocol]} ({block['queries']:,} queries)")
            axis.set(ylabel=f"NDCG@{k}, mean over queries", ylim=(0, 1.3 * _highest(block)))
            axis.tick_params(axis="x", length=0)


def _bar(axis: Any, place: int, values: dict[str, Any], colour: str) -> None:
    axis.bar(place, values["ndcg"], color=colour, width=0.62)
    axis.plot([place, place], values["ndcg_interval"], color=INK, linewidth=1.4, solid_capstyle="butt")
    axis.text(place, values["ndcg"] / 2, f"{values['ndcg']:.3f}", ha="center", va="center", weight="bold")


def _gains(axis: Any, block: dict[str, Any]) -> None:
    """Above each bar but the first, the paired difference; in bold where its interval is clear of 0."""
    for place, (before, system) in enumerate(pairwise(NAMES), start=1):
        gain = block["gains"][f"{before} to {system}"]
        low, high = gain["ndcg_interval"]
        top = block["systems"][system]["ndcg_interval"][1]
        words = f"{gain['ndcg']:+.3f}\n[{low:+.3f}, {high:+.3f}]"
        weight = "bold" if low > 0 or high < 0 else "normal"
        axis.annotate(words, (place, top), (0, 4), textcoords="offset points", ha="center", fontsize=9, weight=weight)


def _highest(block: dict[str, Any]) -> float:
    """End of the longest interval; 1 where nothing is found, so that the axis has a length."""
    return max(values["ndcg_interval"][1] for values in block["systems"].values()) or 1
