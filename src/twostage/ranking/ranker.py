"""Second stage: CatBoost orders the candidates."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from catboost import CatBoost, Pool, sum_models
from pydantic import AfterValidator, Field

from twostage.base.errors import InputError
from twostage.base.params import Run, distinct
from twostage.base.store import written
from twostage.ranking.training import PERCENT, Training, of_protocols, relevance, weights, with_positive

Scores = npt.NDArray[np.float64]
Loss = Literal["Logloss", "YetiRank", "QuerySoftMax"]
# YetiRank draws 10 orders of a query by default: twice the time for the same NDCG on the holdout (docs/EXPERIMENTS.md).
CALLED: dict[Loss, str] = {"YetiRank": "YetiRank:permutations=3"}
# Between losses, numbers of trees or orders that are nearly alike chance would decide, and every seed differently
# (docs/EXPERIMENTS.md): this share better is clearly better.
CLEARLY = 0.01
# Columns of a table of rows that are no features.
KEYS = ["query", "item", "user", "day", "protocol", "label", "label_day", PERCENT]


class Ranker(Training):
    losses: dict[Loss, Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)  # learning rate of each
    prefer: Annotated[list[Loss], AfterValidator(distinct)]
    refit_on_test: bool
    holdout_days: int | None = Field(ge=1)
    select_at: int = Field(ge=1)
    iterations: int = Field(ge=1)
    check_every: int = Field(ge=1)
    depth: int = Field(ge=1, le=16)
    l2_leaf_reg: float = Field(ge=0)


def feature_names(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name not in KEYS]


def words(losses: Iterable[Loss]) -> str:
    return " + ".join(losses)


def sums(losses: Iterable[Loss]) -> dict[str, tuple[Loss, ...]]:
    """By its `words` each loss alone and every sum of several, whatever their order: DVC doesn't see a mapping's."""
    ordered = sorted(losses)
    return {words(some): some for n in range(len(ordered)) for some in combinations(ordered, n + 1)}


def train(rows: pd.DataFrame, losses: Sequence[Loss], trees: int, params: Ranker, run: Run) -> CatBoost:
    """The `members`, added up over the rows that they learned from (see `added`).

    `rows` are as `training.drawn`.
    """
    models = members(rows, losses, trees, params, run)
    return added(models.values(), pd.concat(of_protocols(rows, params)), run)


def members(
    rows: pd.DataFrame,
    losses: Sequence[Loss],
    trees: int,
    params: Ranker,
    run: Run,
    known: Mapping[str, CatBoost] = MappingProxyType({}),
) -> dict[str, CatBoost]:
    """LOSS_PROTOCOL -> a model of each loss and each protocol of `params.queries`, of its rows as they were `drawn`.

    A protocol without a negative has none; queries whose positives are worth 0 are left out. One that is `known` isn't
    fitted again.

    Raises
    ------
    InputError
        If all queries are left out, or no protocol has a negative.
    """
    learned = with_positive(rows.assign(label=relevance(rows, params)))
    if learned.empty:
        raise InputError(
            f"params.yaml: ranker.label = {params.label!r}: nothing was watched of what trains the ranker; expected "
            "watched, or rows that say how much was"
        )
    protocols = zip(params.queries, of_protocols(learned, params), strict=True)
    taught = {protocol: of_one for protocol, of_one in protocols if (of_one["label"] == 0).any()}
    if not taught:
        raise InputError(
            f"params.yaml: candidates.n: all {len(learned)} candidates that train the ranker were watched, and none "
            "is there to tell them from; expected more of them, of a log with more items"
        )
    return {
        (name := f"{loss}_{protocol}"): known.get(name) or fit(of_one, loss, trees, params.losses[loss], params, run)
        for loss in losses
        for protocol, of_one in taught.items()
    }


def fit(rows: pd.DataFrame, loss: Loss, trees: int, rate: float, params: Ranker, run: Run) -> CatBoost:
    """One model of the rows: query, day, label, and the features."""
    model = CatBoost(
        {
            "loss_function": _called(loss, params),
            "iterations": trees,
            "learning_rate": rate,
            # One step a tree: several cost QuerySoftMax eight times the time for the same result.
            "leaf_estimation_iterations": 1,
            "depth": params.depth,
            "l2_leaf_reg": params.l2_leaf_reg,
            "random_seed": run.seed,
            "thread_count": run.threads,
            "allow_writing_files": False,
            "verbose": False,
        }
    )
    learned = pool(rows)
    if params.half_life is not None:
        learned.set_group_weight(weights(rows, params.half_life))
    return model.fit(learned)


def _called(loss: Loss, params: Ranker) -> str:
    # Logloss is of yes and no; of shares it is the cross-entropy.
    return "CrossEntropy" if loss == "Logloss" and params.label == "watched_pct" else CALLED.get(loss, loss)


def added(models: Iterable[CatBoost], rows: pd.DataFrame, run: Run) -> CatBoost:
    """One model whose scores are the sum of all of theirs, each in units of its spread over the rows."""
    first, *others = models = list(models)
    if not others:
        return first
    return sum_models(models, weights=[1 / spread(score(model, rows, run)) for model in models])


def spread(scores: Scores) -> float:
    """Standard deviation; 1 where all are the same, of which it would be the rounding of their mean."""
    return float(scores.std()) if np.ptp(scores) else 1.0


def pool(rows: pd.DataFrame, grouped: bool = True) -> Pool:
    """Rows as CatBoost reads them, those of a query together; `grouped` tells it the queries."""
    names = feature_names(rows)
    return Pool(
        rows[names].to_numpy(np.float32),
        label=rows["label"].to_numpy(np.float32),
        group_id=rows["query"].to_numpy() if grouped else None,
        feature_names=names,
    )


def score(model: CatBoost, rows: pd.DataFrame, run: Run) -> Scores:
    """One number a row, larger is better, comparable within a query."""
    # Column by column, as CatBoost reads it without a copy: that copy took longer than scoring.
    values = np.asfortranarray(rows[model.feature_names_].to_numpy(np.float32))
    scores: Scores = model.predict(values, prediction_type="RawFormulaVal", thread_count=run.threads)
    return scores


def save(model: CatBoost, path: Path) -> None:
    """cbm, without the entries that change from run to run: the model's own, and of those that it is the sum of."""
    metadata = model.get_metadata()
    for name in list(metadata):
        if name.endswith(("model_guid", "train_finish_time")):
            metadata[name] = ""
    with written(path) as temporary:
        # By Python: on a full disk `save_model` loses its last buffer and says nothing. The bytes are the same.
        temporary.write_bytes(model._serialize_model())


def load(path: Path) -> CatBoost:
    return CatBoost().load_model(str(path))
