"""Second stage: CatBoost orders the candidates."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from catboost import CatBoost, Pool, sum_models
from pydantic import AfterValidator, Field

from twostage import memory
from twostage.params import Run, Section, distinct
from twostage.store import written

Scores = npt.NDArray[np.float64]
Loss = Literal["Logloss", "YetiRank", "QuerySoftMax"]
# YetiRank draws 10 orders of a query by default: twice the time for the same NDCG on the holdout (docs/QUALITY.md).
CALLED: dict[Loss, str] = {"YetiRank": "YetiRank:permutations=3"}
# Columns of a table of rows that are no features.
KEYS = ["query", "item", "user", "day", "protocol", "label", "label_day"]


class Ranker(Section):
    section = "ranker"
    losses: dict[Loss, Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)  # learning rate of each
    queries: Annotated[list[Literal["horizon", "daily"]], Field(min_length=1), AfterValidator(distinct)]
    refit_on_test: bool
    negatives: int = Field(ge=1)
    max_candidates: int = Field(ge=10_000)
    max_rows: int = Field(ge=1000)
    holdout_days: int | None = Field(ge=1)
    select_at: int = Field(ge=1)
    iterations: int = Field(ge=1)
    check_every: int = Field(ge=1)
    depth: int = Field(ge=1, le=16)
    l2_leaf_reg: float = Field(ge=0)


def read(folder: Path, folds: list[str], params: Ranker, run: Run, few: bool = False) -> pd.DataFrame:
    """Rows of the listed folds' queries that are `worth_reading`, as `joined`.

    With `few` those alone that `train` would draw of them.

    Raises
    ------
    InputError
        If they are too many for `memory`; nothing is read then but their labels.
    """
    paths = [folder / f"{name}.parquet" for name in sorted(folds)]
    labels = [pd.read_parquet(path, columns=["query", "protocol", "label"]) for path in paths]
    stops = np.cumsum([len(table) for table in labels])
    every = joined(labels)
    some = worth_reading(every, params, run)
    wanted = np.isin(every.index, (drawn(some, params, run) if few else some).index)
    memory.check_training(int(wanted.sum()), len(pq.read_schema(paths[0]).names), run)
    return joined(_used(path, used) for path, used in zip(paths, np.split(wanted, stops[:-1]), strict=True))


def worth_reading(rows: pd.DataFrame, params: Ranker, run: Run) -> pd.DataFrame:
    """Of each kind of queries that the ranker trains on those with a positive, at most `max_candidates` rows in all."""
    of_kinds = (with_positive(rows[rows["protocol"] == kind]) for kind in params.queries)
    return pd.concat([capped(of_kind, params.max_candidates, run.seed) for of_kind in of_kinds]).sort_index()


def _used(path: Path, wanted: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """These rows of a file; a row group is held at once beside them."""
    with pq.ParquetFile(path) as file:
        parts, first = [file.schema_arrow.empty_table()], 0
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            parts.append(file.read_row_group(group).filter(pa.array(wanted[first : first + size])))
            first += size
    # Column by column, each given back once it is converted.
    rows: pd.DataFrame = pa.concat_tables(parts).to_pandas(split_blocks=True, self_destruct=True)
    return rows


def joined(folds: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several folds one after another; query numbers are made distinct."""
    parts, first = [], 0
    for rows in folds:
        rows["query"] += first
        first = int(rows["query"].max()) + 1 if len(rows) else first
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def feature_names(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows.columns if name not in KEYS]


def train(rows: pd.DataFrame, loss: Loss, trees: int, params: Ranker, run: Run) -> CatBoost:
    """A model of each kind of queries (see `by_kind`), added up over the rows that they learned from (see `added`)."""
    rows = drawn(rows, params, run)
    return added(by_kind(rows, loss, trees, params, run), rows, run)


def by_kind(rows: pd.DataFrame, loss: Loss, trees: int, params: Ranker, run: Run) -> list[CatBoost]:
    """A model of each of `params.queries`, fitted on what was `drawn` of them; none of a kind without a positive."""
    of_kinds = (rows[rows["protocol"] == kind] for kind in params.queries)
    return [_fitted(of_kind, loss, trees, params, run) for of_kind in of_kinds if len(of_kind)]


def drawn(rows: pd.DataFrame, params: Ranker, run: Run) -> pd.DataFrame:
    """Of each kind of queries those with a positive, each with at most `negatives` of its other candidates; `max_rows`
    in all of a kind. Nothing is left out of what was drawn before.
    """
    of_kinds = (with_positive(rows[rows["protocol"] == kind]) for kind in params.queries)
    few = (capped(sampled(of_kind, params.negatives, run.seed), params.max_rows, run.seed) for of_kind in of_kinds)
    return pd.concat(few)


def _fitted(rows: pd.DataFrame, loss: Loss, trees: int, params: Ranker, run: Run) -> CatBoost:
    model = CatBoost(
        {
            "loss_function": CALLED.get(loss, loss),
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


def added(models: Sequence[CatBoost], rows: pd.DataFrame, run: Run) -> CatBoost:
    """One model whose scores are the sum of all of theirs, each in units of its spread over the rows."""
    if len(models) == 1:
        return models[0]
    return sum_models(list(models), weights=[1 / spread(score(model, rows, run)) for model in models])


def spread(scores: Scores) -> float:
    """Standard deviation; 1 where all are the same."""
    return float(scores.std()) or 1.0


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
