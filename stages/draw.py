"""Metrics to pictures: plots/*.png and the tables behind the curves."""

from pathlib import Path

import pandas as pd

import stages
from twostage import plots
from twostage.store import read_json, write_csv


def main() -> None:
    folder = Path("plots")
    ranker, generators, ranking = (
        read_json(Path(f"metrics/{name}.json")) for name in ("ranker", "generators", "ranking")
    )
    write_csv(plots.learning_curves(ranker), folder / "learning_curves.csv")
    write_csv(plots.recall_curves(generators), folder / "recall_at_n.csv")
    plots.diversity(pd.read_csv(folder / "diversity.csv"), folder / "diversity.png")
    plots.recall(generators, folder / "recall_at_n.png")
    plots.heat_map(generators, "overlap", folder / "overlap.png")
    plots.heat_map(generators, "rbo", folder / "rbo.png")
    plots.segments(ranking, folder / "segments.png")
    plots.importance(ranker, folder / "importance.png")
    values, features = (pd.read_parquet(f"data/ranker/shap_{name}.parquet") for name in ("values", "features"))
    plots.beeswarm(values, features, folder / "shap.png")


if __name__ == "__main__":
    stages.run(main)
