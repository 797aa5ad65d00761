"""Metrics to pictures: plots/*.png and the tables behind the curves."""

from pathlib import Path
from typing import get_args

import pandas as pd

import stages
from twostage.base import params
from twostage.base.store import read_json, write_csv
from twostage.plots import (
    beeswarm,
    calibration,
    choices,
    dependence,
    diversity,
    feature_groups,
    generator_map,
    heat_map,
    importance,
    learning_curves,
    marginal,
    parts,
    quality,
    recall,
    segments,
    steps,
    tables,
)
from twostage.ranking.ranker import Loss, Ranker, sums, words
from twostage.reports import Compare
from twostage.sizes import Cut


def main() -> None:
    folder, k, p = Path("plots"), params.load(Cut).k, params.load(Compare).rbo_p
    files = ("metrics/ranker", "metrics/generators", "metrics/ranking", "metrics/proof", "metrics/observed")
    ranker, generators, ranking, proof, observed = (read_json(Path(f"{name}.json")) for name in files)
    curves = tables.learning_curves(ranker, sums(get_args(Loss)))
    write_csv(curves, folder / "learning_curves.csv", missing="NaN")  # the page draws an empty value as 0
    depth = params.load(Ranker).select_at
    learning_curves.draw(curves, words(ranker["losses"]), ranker["trees"], depth, folder / "learning_curves.png")
    choices.draw(ranker["choices"], depth, folder / "choices.png")
    recalls = tables.recall_curves(generators)
    for period in generators:
        write_csv(tables.recall_table(recalls, period), folder / f"recall_at_n_{period}.csv")
    diversity.draw(pd.read_csv(folder / "diversity.csv"), k, folder / "diversity.png")
    recall.draw(generators, folder / "recall_at_n.png")
    heat_map.draw(generators, "overlap", p, folder / "overlap.png")
    heat_map.draw(generators, "rbo", p, folder / "rbo.png")
    marginal.draw(generators, folder / "marginal_recall.png")
    generator_map.draw(generators, p, folder / "generator_map.png")
    segments.draw(ranking, k, folder / "segments.png")
    parts.draw(proof["parts"], k, folder / "parts.png")
    calibration.draw(observed, folder / "calibration.png")
    steps.draw(proof["steps"], k, folder / "gain_by_step.png")
    quality.draw(pd.read_csv(folder / "quality_at_k.csv"), k, folder / "quality_at_k.png")
    importance.draw(ranker, folder / "importance.png")
    values, features = (pd.read_parquet(f"data/ranker/shap_{name}.parquet") for name in ("values", "features"))
    feature_groups.draw(ranker, folder / "feature_groups.png")
    beeswarm.draw(values, features, folder / "shap.png")
    dependence.draw(values, features, folder / "dependence.png")


if __name__ == "__main__":
    stages.run(main)
