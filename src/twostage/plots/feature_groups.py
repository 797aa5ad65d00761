"""What the ranker looks at by what its features describe: shares of importance, loss change and SHAP."""

from pathlib import Path
from typing import Any

from twostage.plots.canvas import KINDS, bars, figure

MEASURES = {
    "importance": "importance (PredictionValuesChange)",
    "loss_change": "loss change on the holdout",
    "shap_share": "mean size of SHAP values",
}


def shares(sums: dict[str, float]) -> dict[str, float]:
    """Percent of the sum of sizes, so that a loss that falls without a group stays below 0; 0 where all are 0."""
    size = sum(map(abs, sums.values()))
    return {kind: 100 * value / size if size else 0.0 for kind, value in sums.items()}


def draw(ranker: dict[str, Any], path: Path) -> None:
    """ranker: groups, measure -> kind -> sum over its features."""
    kinds = [kind for kind in KINDS if kind in ranker["groups"]["importance"]][::-1]
    title = "What the ranker looks at, by what the features describe; percent of the sum of sizes"
    with figure(path, (9.5, 0.34 * len(kinds) + 1.1), title, len(MEASURES), sharey=True) as (_, axes):
        for axis, (measure, words) in zip(axes, MEASURES.items(), strict=True):
            found = shares(ranker["groups"][measure])
            bars(axis, kinds, [found[kind] for kind in kinds], [KINDS[kind] for kind in kinds], "{:.0f}")
            axis.set_title(words)
