"""Second stage: CatBoost orders the candidates; a holdout in time chooses the loss and the number of trees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost, Pool
from pydantic import Field
from tqdm import tqdm

from twostage.errors import InputError
from twostage.params import Run, Section
from twostage.split import ValidFolds, day
from twostage.store import written

Loss = Literal["Logloss", "YetiRank", "QuerySoftMax"]
# Columns of a table of rows that are no features.
KEYS = ["query", "item", "user", "day", "protocol", "label", "label_day"]


class Ranker(Section):
    section = "ranker"
    losses: dict[Loss, Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)  # learning rate of each
    queries: list[Literal["horizon", "daily"]] = Field(min_length=1)
    negatives: int = Field(ge=1)
    max_rows: int = Field(ge=1000)
    holdout_days: int | None = Field(ge=1)
    select_at: int = Field(ge=1)
    iterations: int = Field(ge=1)
    check_every: int = Field(ge=1)
    depth: int = Field(ge=1, le=16)
    l2_leaf_reg: float = Field(ge=0)


@dataclass(frozen=True)
class Choice:
    """What the holdout said: `curve` has loss, trees, ndcg; the best of its rows is the choice."""

    loss: Loss
    trees: int
    holdout_from: int
    curve: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        best = {loss: float(curve["ndcg"].max()) for loss, curve in self.curve.groupby("loss")}
        return {
            "loss": self.loss,
            "trees": self.trees,
            "holdout_from": self.holdout_from,
            "holdout_ndcg": best,
            "curve": self.curve.to_dict("list"),
        }


def holdout_start(folds: ValidFolds, params: Ranker) -> int:
    """First day of the holdout: `holdout_days` before the test.

    By default the latest fold where an earlier one is listed to train on, else its last third.
    """
    days = params.holdout_days
    if days is None:
        length = day(folds.test_start) - day(folds.valid_start)
        latest = length * int(folds.latest.removeprefix("valid_"))
        days = latest if len(folds.valid_folds) > 1 else latest - length + max(1, length // 3)
    return day(folds.test_start) - days


def read(folder: Path, folds: list[str], params: Ranker) -> pd.DataFrame:
    """Rows of the listed folds and of the protocols that the ranker trains on, as `joined`."""
    filters = [("protocol", "in", params.queries)]
    return joined(pd.read_parquet(folder / f"{name}.parquet", filters=filters) for name in sorted(folds))


def joined(folds: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several folds one after another; query numbers are made distinct."""
    parts, first = [], 0
    for rows in folds:
        rows["query"] += first
        first = int(rows["query"].max()) + 1
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def feature_names(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name not in KEYS]


def choose(rows: pd.DataFrame, holdout_from: int, params: Ranker, run: Run) -> Choice:
    """Train each loss on what was known before `holdout_from`, compare on the queries of that day and later.

    The measure is NDCG@select_at among the candidates, mean over the protocols.

    Raises
    ------
    InputError
        If either side of the day has no query with a positive.
    """
    early, late = sides(rows, holdout_from)
    if early["label"].sum() == 0 or late.empty:
        raise InputError(
            f"params.yaml: ranker.holdout_days = {params.holdout_days}: one side of the holdout's first day has no "
            "watched candidate; use another number of days or a longer valid period"
        )
    about = f"ranker: losses compared on {late['query'].nunique()} queries of the holdout"
    losses = tqdm(params.losses, desc=about, unit="loss")
    curves = [_curve(loss, early, late, params, run) for loss in losses]
    curve = pd.concat(curves, ignore_index=True)
    best = curve.iloc[int(curve["ndcg"].to_numpy().argmax())]
    return Choice(best["loss"], int(best["trees"]), holdout_from, curve)


def sides(rows: pd.DataFrame, holdout_from: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to train on, and those of the holdout's queries with a positive.

    Training queries lie before the day and their labels are cut before it, so that nothing of the holdout
    is known in training.
    """
    early = rows[rows["day"] < holdout_from]
    early = early.assign(label=early["label"] & (early["label_day"] < holdout_from))
    return early, with_positive(rows[rows["day"] >= holdout_from])


def train(rows: pd.DataFrame, loss: Loss, trees: int, params: Ranker, run: Run) -> CatBoost:
    """Fit on queries with a positive, each with at most `negatives` of its other candidates; `max_rows` in all."""
    rows = capped(sampled(with_positive(rows), params.negatives, run.seed), params.max_rows, run.seed)
    model = CatBoost(
        {
            "loss_function": loss,
            "iterations": trees,
            "learning_rate": params.losses[loss],
            # One step a tree: several cost the query losses ten times the time for the same result.
            "leaf_estimation_iterations": 1,
            "depth": params.depth,
            "l2_leaf_reg": params.l2_leaf_reg,
            "random_seed": run.seed,
            "thread_count": run.threads,
            "allow_writing_files": False,
            "verbose": False,
        }
    )
    return model.fit(pool(rows))


def pool(rows: pd.DataFrame, grouped: bool = True) -> Pool:
    """Rows as CatBoost reads them, those of a query together; `grouped` tells it the queries."""
    names = feature_names(rows)
    return Pool(
        rows[names].to_numpy(np.float32),
        label=rows["label"].to_numpy(np.float32),
        group_id=rows["query"].to_numpy() if grouped else None,
        feature_names=names,
    )


def score(model: CatBoost, rows: pd.DataFrame, run: Run) -> npt.NDArray[np.float64]:
    """One number a row, larger is better, comparable within a query."""
    scores: npt.NDArray[np.float64] = model.predict(
        rows[model.feature_names_].to_numpy(np.float32), prediction_type="RawFormulaVal", thread_count=run.threads
    )
    return scores


def save(model: CatBoost, path: Path) -> None:
    """cbm, without the two entries that change from run to run."""
    metadata = model.get_metadata()
    metadata["model_guid"] = metadata["train_finish_time"] = ""
    with written(path) as temporary:
        model.save_model(str(temporary))


def load(path: Path) -> CatBoost:
    return CatBoost().load_model(str(path))


def with_positive(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the queries that have a positive."""
    return rows[rows.groupby("query")["label"].transform("any").to_numpy(dtype=bool)]


def sampled(rows: pd.DataFrame, negatives: int, seed: int) -> pd.DataFrame:
    """All positives and at most `negatives` others of each query, drawn evenly; the order of rows is kept."""
    draw = np.random.default_rng(seed).random(len(rows))
    draw[rows["label"].to_numpy()] = -1
    order = np.lexsort((draw, rows["query"].to_numpy()))
    query = rows["query"].to_numpy()[order]
    place = np.arange(len(rows)) - np.searchsorted(query, query)
    positives = rows.groupby("query")["label"].transform("sum").to_numpy()[order]
    return rows.iloc[np.sort(order[place < positives + negatives])]


def capped(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Whole queries, drawn evenly, of at most `most` rows in all, and at least one query; the order is kept."""
    query, place = np.unique(rows["query"], return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(query))
    size = np.bincount(place, minlength=len(query))[drawn]
    kept = drawn[: max(1, int(np.searchsorted(np.cumsum(size), most, side="right")))]
    return rows[np.isin(place, kept)]


def ndcg(query: npt.NDArray[np.int64], label: npt.NDArray[np.bool_], score: npt.NDArray[np.float64], k: int) -> float:
    """Mean NDCG@k over queries, of the candidates alone: what a perfect order of them would get is 1."""
    discount = 1 / np.log2(np.arange(2, k + 2))
    order = np.lexsort((-score, query))
    query, label = query[order], label[order]
    first = np.flatnonzero(np.r_[True, query[1:] != query[:-1]])
    place = np.arange(len(query)) - np.repeat(first, np.diff(np.r_[first, len(query)]))
    top = (place < k) & label
    gains = np.bincount(np.searchsorted(query[first], query[top]), discount[place[top]], minlength=len(first))
    ideal = np.cumsum(discount)[np.minimum(np.add.reduceat(label.astype(np.int64), first), k) - 1]
    return float(np.mean(gains / ideal))


def _curve(loss: Loss, early: pd.DataFrame, late: pd.DataFrame, params: Ranker, run: Run) -> pd.DataFrame:
    model = train(early, loss, params.iterations, params, run)
    features = late[model.feature_names_].to_numpy(np.float32)
    parts = [(late["protocol"] == name).to_numpy() for name in late["protocol"].unique()]
    query, label = late["query"].to_numpy(), late["label"].to_numpy()

    def points() -> Iterator[tuple[int, float]]:
        scores = model.staged_predict(
            features, prediction_type="RawFormulaVal", eval_period=params.check_every, thread_count=run.threads
        )
        for step, value in enumerate(scores, start=1):
            trees = min(step * params.check_every, params.iterations)
            yield (
                trees,
                float(np.mean([ndcg(query[part], label[part], value[part], params.select_at) for part in parts])),
            )

    trees, values = zip(*points(), strict=True)
    return pd.DataFrame({"loss": loss, "trees": trees, "ndcg": values})
