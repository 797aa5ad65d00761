"""Metrics to pictures: the same bytes every time, readable at a glance, colours that the colour-blind tell apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd

from twostage.store import written

mpl.use("Agg")
from matplotlib import pyplot as plt  # after the choice of a backend without a screen

DPI = 130
RANKER, MUTED = "#d55e00", "#7a8aa0"
# Okabe, Ito 2008, "Color universal design", less the ranker's colour and yellow, which vanishes on white.
PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000"]
KINDS = {"user_": "#0072b2", "item_": "#e69f00", "pair_": "#009e73", "": "#7a8aa0"}
KIND_NAMES = {"user_": "user", "item_": "item", "pair_": "pair", "": "generators"}
PERIODS = ("valid", "test")
Report = dict[str, Any]


@contextmanager
def figure(path: Path, width: float, height: float, panels: int = 1) -> Iterator[Any]:
    """Axes side by side, saved to `path` when the block ends."""
    style: Any = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 10, "axes.titlesize": 11}
    with mpl.rc_context(style):
        drawn, axes = plt.subplots(1, panels, figsize=(width, height), squeeze=False, layout="constrained")
        yield axes[0]
        save(drawn, path)


def save(drawn: Any, path: Path) -> None:
    with written(path) as temporary:
        drawn.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})
    plt.close(drawn)


def learning_curves(ranker: Report) -> pd.DataFrame:
    """loss, trees, ndcg: what the holdout saw."""
    return pd.DataFrame(ranker["curve"])[["loss", "trees", "ndcg"]]


def recall_curves(generators: Report) -> pd.DataFrame:
    """period, generator, n, recall."""
    rows = [
        (period, name, int(n), value)
        for period, block in generators.items()
        for name, curve in block["recall"].items()
        for n, value in curve.items()
    ]
    return pd.DataFrame(rows, columns=["period", "generator", "n", "recall"]).sort_values(["period", "generator", "n"])


def diversity(curve: pd.DataFrame, path: Path) -> None:
    with figure(path, 6.5, 3.8) as (axis,):
        axis.plot(curve["k"], curve["diversity"], color=RANKER, marker="o", markersize=3.5)
        for place, align in ((0, "left"), (-1, "right")):
            row = curve.iloc[place]
            text = f"{row['diversity']:.3g}"
            axis.annotate(
                text, (row["k"], row["diversity"]), (0, 8), textcoords="offset points", ha=align, color=RANKER
            )
        axis.set(xlabel="k, items of each list", ylabel="distinct items / all places")
        axis.set_ylim(0, 1.15 * curve["diversity"].max())
        axis.set_title("Diversity(k) of the final lists", loc="left")
        axis.xaxis.get_major_locator().set_params(integer=True)


def recall(generators: Report, path: Path) -> None:
    curves = recall_curves(generators)
    with figure(path, 10, 4, len(PERIODS)) as axes:
        top = max(block["union_recall"] for block in generators.values()) * 1.08
        for axis, period in zip(axes, PERIODS, strict=True):
            block = generators[period]
            for (name, rows), colour in zip(
                curves[curves["period"] == period].groupby("generator"), _colours(), strict=False
            ):
                axis.plot(rows["n"], rows["recall"], marker="o", markersize=4, label=name, color=colour)
            union = f"union of all, {block['union_candidates']:.0f} items"
            axis.axhline(block["union_recall"], color="black", linestyle="--", linewidth=1, label=union)
            axis.set(xlabel="N, items of each list", ylabel="recall", ylim=(0, top))
            axis.set_title(f"Recall@N of the generators, {period} period ({block['queries']} users)", loc="left")
            axis.legend(frameon=False, loc="center left", bbox_to_anchor=(0, 0.72), fontsize=9)


def heat_map(generators: Report, measure: str, path: Path) -> None:
    titles = {"overlap": "Items in common", "rbo": "Rank-biased overlap"}
    names = list(next(iter(generators.values()))["recall"])
    size = max(3.2, 0.75 * len(names) + 1.6)
    with figure(path, 2.1 * size + 1, size, len(PERIODS)) as axes:
        for axis, period in zip(axes, PERIODS, strict=True):
            block = generators[period]
            values = np.array([[block[measure].get(a, {}).get(b, np.nan) for b in names] for a in names], dtype=float)
            axis.imshow(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=1)
            for (row, column), value in np.ndenumerate(values):
                text = "-" if np.isnan(value) else f"{value:.2f}"
                axis.text(column, row, text, ha="center", va="center", color="white" if value > 0.55 else "#333333")
            axis.set_xticks(range(len(names)), names, rotation=35, ha="right")
            axis.set_yticks(range(len(names)), names)
            axis.tick_params(length=0)
            axis.spines[:].set_visible(False)
            axis.set_title(f"{titles[measure]}, {period} period", loc="left")


def segments(ranking: Report, path: Path) -> None:
    found = next(iter(ranking.values()))["horizon"]
    shown = [name for name in ("all", "warm", "cold") if name in found]
    with figure(path, 3.6 * len(shown) + 1, 0.42 * len(ranking) + 1.5, len(shown)) as axes:
        order = sorted(ranking, key=lambda name: ranking[name]["horizon"][shown[0]]["ndcg"])
        for axis, segment in zip(axes, shown, strict=True):
            for place, name in enumerate(order):
                block = ranking[name]["horizon"][segment]
                low, high = block["ndcg_interval"]
                colour = RANKER if name == "ranker" else MUTED
                axis.barh(place, block["ndcg"], color=colour, height=0.65)
                axis.plot([low, high], [place, place], color="black", linewidth=1)
                axis.text(high, place, f"  {block['ndcg']:.3f}", va="center", fontsize=9)
            axis.set_yticks(range(len(order)), order if axis is axes[0] else [""] * len(order))
            axis.set(xlabel="NDCG at k, 95 % interval")
            axis.margins(x=0.18)
            axis.set_title(f"{segment}: {found[segment]['users']} users of the test period", loc="left")


def importance(ranker: Report, path: Path, top: int = 25) -> None:
    largest = sorted(ranker["importance"].items(), key=lambda pair: -pair[1])[:top][::-1]
    with figure(path, 7, 0.24 * len(largest) + 1.2) as (axis,):
        for place, (name, value) in enumerate(largest):
            axis.barh(place, value, color=KINDS[_kind(name)], height=0.7)
        axis.set_yticks(range(len(largest)), [name for name, _ in largest], fontsize=9)
        axis.set(xlabel="importance (PredictionValuesChange), percent")
        axis.margins(y=0.01)
        present = [kind for kind in KINDS if any(_kind(name) == kind for name, _ in largest)]
        handles = [mpl.patches.Patch(color=KINDS[kind], label=KIND_NAMES[kind]) for kind in present]
        axis.legend(handles=handles, title="feature of", frameon=False, loc="lower right")
        axis.set_title(
            f"What the ranker looks at: the {len(largest)} largest of {len(ranker['importance'])}", loc="left"
        )


def beeswarm(values: pd.DataFrame, features: pd.DataFrame, path: Path) -> None:
    import shap

    explanation = shap.Explanation(values.to_numpy(), data=features.to_numpy(), feature_names=list(values.columns))
    axis = shap.plots.beeswarm(explanation, max_display=20, show=False, plot_size=(9, 7))
    axis.set_title(f"SHAP values of {len(values)} rows: right moves a candidate up", loc="left")
    axis.figure.tight_layout()
    save(axis.figure, path)


def _colours() -> Iterator[str]:
    while True:
        yield from PALETTE


def _kind(name: str) -> str:
    return next(kind for kind in KINDS if name.startswith(kind))
