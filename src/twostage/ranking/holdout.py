"""A holdout in time chooses the ranker's losses and number of trees."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from catboost import CatBoost
from tqdm import tqdm

from twostage.base.errors import InputError
from twostage.base.params import Run
from twostage.metrics import accuracy
from twostage.ranking.fallback import note
from twostage.ranking.ranker import CLEARLY, Loss, Ranker, Scores, added, members, spread, sums, train
from twostage.ranking.reading import Wanted
from twostage.ranking.rivals import Compared, compared, leads
from twostage.ranking.training import before, drawn, since, worth_reading
from twostage.split import ValidFolds, day

JUDGED = ["query", "protocol", "label"]


@dataclass(frozen=True)
class Choice:
    """What the holdout said: `curve` has loss (or sum of several), trees, ndcg; the choice is its best row, or nearly.

    `members` have these losses and so many trees, of each loss one of each protocol; no tree saw anything of the
    holdout. `model` is their sum (see `added`), each in units of the spread of its scores there.
    """

    losses: list[Loss]
    trees: int
    curve: pd.DataFrame
    members: dict[str, CatBoost]
    model: CatBoost

    def as_json(self) -> dict[str, Any]:
        return {
            "losses": self.losses,
            "trees": self.trees,
            "holdout_ndcg": self.curve.groupby("loss")["ndcg"].max().to_dict(),
            "curve": self.curve.to_dict("list"),
        }


def start(folds: ValidFolds, params: Ranker) -> int:
    """First day of the holdout: `holdout_days` before the test.

    By default the latest fold where an earlier one is listed to train on, else its last third.
    """
    return day(folds.test_start) - _days(folds, params)


def check(folds: ValidFolds, params: Ranker) -> None:
    """That the ranker's queries lie on both sides of the holdout's first day.

    Raises
    ------
    InputError
        If they don't; with the numbers of days that would do.
    """
    latest, earliest = folds.back(folds.latest), max(map(folds.back, folds.valid_folds))
    least = latest - folds.length + 1 if "daily" in params.queries else latest
    most = earliest - 1
    if least > most:
        raise InputError(
            f"params.yaml: ranker.queries = {params.queries} of split.valid_folds = {folds.valid_folds} are all of one "
            "day, and the holdout needs a later one; list another fold, or daily queries of more than one day"
        )
    if not least <= _days(folds, params) <= most:
        raise InputError(
            f"params.yaml: ranker.holdout_days = {params.holdout_days}, expected {least} to {most}: queries of "
            f"split.valid_folds = {folds.valid_folds} must lie on both sides of the holdout's first day"
        )


def _days(folds: ValidFolds, params: Ranker) -> int:
    """Length of the holdout, to the test."""
    if params.holdout_days is not None:
        return params.holdout_days
    latest = folds.back(folds.latest)
    return latest if len(folds.valid_folds) > 1 else latest - folds.length + max(1, folds.length // 3)


def choose(early: pd.DataFrame, late: pd.DataFrame, params: Ranker, run: Run) -> Choice:
    """Train each loss on what was known before the holdout's first day, compare on the queries of that day and later.

    Compared are each loss alone and every sum of several. Of each the largest number of trees counts that is within a
    share of CLEARLY of its best by `_measure`; of these looks, those within it of their best, that one is kept which
    differs in the fewest losses from the sum of those to `prefer`, as far as they are listed; of several such that of
    the most losses. `early`, `late`: `sides`.

    Raises
    ------
    InputError
        If either side of the day has no query with a positive, or that of training none that is worth anything.
    """
    if early.empty or late.empty:
        raise InputError(
            f"params.yaml: ranker.holdout_days = {params.holdout_days}: one side of the holdout's first day has no "
            "watched candidate; use another number of days or a longer valid period"
        )
    about = f"ranker: losses compared on {late['query'].nunique()} queries of the holdout"
    losses = tqdm(params.losses, desc=about, unit="loss")
    models = {loss: members(early, [loss], params.iterations, params, run) for loss in losses}
    curve = _curve(models, late, params, run)
    asked, preferred = sums(models), {loss for loss in models if loss in params.prefer}
    look = _choice(curve, lambda name: (-len(preferred.symmetric_difference(asked[name])), len(asked[name])))
    chosen, trees = asked[look["loss"]], int(look["trees"])
    kept = {name: model for loss in chosen for name, model in models[loss].items()}
    for model in kept.values():
        model.shrink(trees)
    return Choice([*chosen], trees, curve, kept, added(kept.values(), late, run))


def fitted(
    rows: pd.DataFrame, parted: tuple[pd.DataFrame, pd.DataFrame], generators: Sequence[str], params: Ranker, run: Run
) -> tuple[Choice, Compared, CatBoost]:
    """The choice, it `compared` with its rivals, and the ranker, with a note of what leads its lists (see `fallback`).

    rows: what is `training.drawn` of all; parted: its `sides`. Raises as `choose`.
    """
    early, late = parted
    choice = choose(early, late, params, run)
    model = train(rows, choice.losses, choice.trees, params, run)
    found = compared(late, choice.model, generators, params.select_at, run)
    return choice, found, note(model, leads(found, rows))


def sides(holdout_from: int, params: Ranker) -> tuple[Wanted, Wanted]:
    """What trains the candidate models, and what judges them: queries before the day, and on it or later.

    Labels of training are cut before the day too, so that nothing of the holdout is known in it. Each side is drawn
    alone: which of many early queries are read depends on nothing of the day or later.
    """
    early, late = (partial(known, day=holdout_from) for known in (before, since))
    return Wanted(early, drawn, params), Wanted(late, worth_reading, params)


def taken(rows: pd.DataFrame, holdout_from: int, params: Ranker, run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both `sides` of rows that are there already."""
    early, late = sides(holdout_from, params)
    return early.of(rows, run), late.of(rows, run)


def _measure(rows: pd.DataFrame, params: Ranker) -> Callable[[Scores], float]:
    """What gives the rows' scores their NDCG@select_at: mean over each protocol's queries, then over protocols.

    rows: JUDGED.
    """
    query, label = rows["query"].to_numpy(), rows["label"].to_numpy()
    parts = [(rows["protocol"] == name).to_numpy() for name in rows["protocol"].unique()]
    by = accuracy.ndcg_of_scores
    return lambda score: float(np.mean([by(query[p], label[p], score[p], params.select_at).mean() for p in parts]))


def _choice(curve: pd.DataFrame, rank: Callable[[str], tuple[int, ...]]) -> pd.Series:
    """The row of the choice: of each sum its last look that is `_good`, of these the good one of the highest rank.

    Of equal ranks the best.
    """
    looks = _good(pd.concat([_good(of_one).tail(1) for _, of_one in curve.groupby("loss")]))
    ranks = [(*rank(name), ndcg) for name, ndcg in zip(looks["loss"], looks["ndcg"], strict=True)]
    return looks.iloc[ranks.index(max(ranks))]


def _good(looks: pd.DataFrame) -> pd.DataFrame:
    """Those that aren't clearly worse than the best."""
    good: pd.DataFrame = looks[looks["ndcg"] * (1 + CLEARLY) >= looks["ndcg"].max()]
    return good


def _curve(models: Mapping[Loss, Mapping[str, CatBoost]], late: pd.DataFrame, params: Ranker, run: Run) -> pd.DataFrame:
    """loss, trees, ndcg: what `_measure` says at every look of each of the `sums`; trees: of each member."""
    measure = _measure(late[JUDGED], params)
    # Loss by loss: what CatBoost holds of `late` for each model takes more room than all looks.
    looks = {loss: [*_looks([*of_loss.values()], late, params, run)] for loss, of_loss in models.items()}
    points = []
    for name, losses in sums(models).items():
        for step, scores in enumerate(zip(*(looks[loss] for loss in losses), strict=True), start=1):
            trees = min(step * params.check_every, params.iterations)
            points.append((name, trees, measure(np.sum(scores, axis=0))))
    return pd.DataFrame(points, columns=["loss", "trees", "ndcg"])


def _looks(models: Sequence[CatBoost], late: pd.DataFrame, params: Ranker, run: Run) -> Iterator[Scores]:
    """The models' sum after every `check_every` trees, each in units of its spread."""
    features = late[models[0].feature_names_].to_numpy(np.float32)
    staged = (
        model.staged_predict(
            features, prediction_type="RawFormulaVal", eval_period=params.check_every, thread_count=run.threads
        )
        for model in models
    )
    return (np.sum([values / spread(values) for values in look], axis=0) for look in zip(*staged, strict=True))
