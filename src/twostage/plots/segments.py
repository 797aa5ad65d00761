"""Every system on the test period, warm and cold users apart."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import GREY, INK, VERMILION, embolden, figure

TITLE = "NDCG@{k} of every system, asked at the start of the test period; lines are 95 % intervals"
SEGMENTS = {"all": "all users", "warm": "warm: seen before the test", "cold": "cold: first seen in the test"}


def draw(ranking: dict[str, Any], k: int, path: Path) -> None:
    """ranking: system -> protocol -> segment -> ndcg at k, ndcg_interval, users; the best over all users on top."""
    blocks = {system: protocols["horizon"] for system, protocols in ranking.items()}
    shown = [name for name in SEGMENTS if any(name in block for block in blocks.values())]
    order = sorted(blocks, key=lambda system: (blocks[system].get(shown[0], {}).get("ndcg", 0), system))
    size = (3.2 * len(shown) + 1.6, 0.36 * len(order) + 1.6)
    with figure(path, size, TITLE.format(k=k), len(shown), sharex=True, sharey=True) as (_, axes):
        for axis, segment in zip(axes, shown, strict=True):
            found = [block.get(segment) for block in (blocks[system] for system in order)]
            for place, (system, values) in enumerate(zip(order, found, strict=True)):
                if values:
                    _bar(axis, place, values, system == "ranker")
            users = max(values["users"] for values in found if values)
            axis.set_title(f"{SEGMENTS[segment]} ({users:,})")
            axis.set(xlabel=f"NDCG@{k}, mean over users", xlim=(0, 1.25 * _highest(blocks)))
            axis.tick_params(axis="y", length=0)
        axes[0].set_yticks(range(len(order)), order)
        embolden(axes[0], "ranker")


def _bar(axis: Any, place: int, values: dict[str, Any], highlight: bool) -> None:
    low, high = values["ndcg_interval"]
    axis.barh(place, values["ndcg"], color=VERMILION if highlight else GREY, height=0.66)
    axis.plot([low, high], [place, place], color=INK, linewidth=1.4, solid_capstyle="butt")
    weight = "bold" if highlight else "normal"
    axis.text(high, place, f"  {values['ndcg']:.3f}", va="center", fontsize=9, weight=weight)


def _highest(blocks: dict[str, Any]) -> float:
    """End of the longest interval; 1 where every system finds nothing, so that the axis has a length."""
    return max(block[name]["ndcg_interval"][1] for block in blocks.values() for name in SEGMENTS if name in block) or 1
