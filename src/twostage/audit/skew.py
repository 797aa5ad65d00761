"""Whether the rows that the ranker meets look like those that it learned from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
from catboost import CatBoost, Pool

from twostage.base.params import Run
from twostage.metrics.classification import auc
from twostage.queries import HORIZON, PROTOCOLS
from twostage.ranking import reading
from twostage.ranking.ranker import feature_names
from twostage.split import ValidFolds

Skews = Mapping[str, dict[str, Any]]  # see `skew` and `between`

BINS = 10
ROWS = 20_000  # of each table
TREES = 50
BORDERS = 32  # of a feature: a quarter of the time of the usual 254 on 1,500 rows, two thirds on 20,000
TELLTALES = 5  # features named


def of_run(
    features: Path, folds: ValidFolds, protocols: Sequence[str], max_psi: float, run: Run
) -> tuple[Skews, Skews]:
    """`skew` of the test's daily and horizon rows and of serving ones, each from the valid folds' of like queries.

    And of each of the `protocols` that the ranker learned from what the latest valid fold and those before it
    differ by, see `between`; nothing where there is one fold.
    """
    newest = features / f"valid/{folds.latest}.parquet"
    valid = [features / f"valid/{name}.parquet" for name in sorted(folds.valid_folds)]
    earlier = [path for path in valid if path != newest]
    learned = dict(zip(protocols, read(valid, protocols, run.seed), strict=True))
    tests = zip(PROTOCOLS, read([features / "test.parquet"], PROTOCOLS, run.seed), strict=True)
    (serving,) = read([features / "final_sample.parquet"], [None], run.seed)
    met = {f"test {protocol}": (protocol, rows) for protocol, rows in tests} | {"serving": (HORIZON, serving)}
    found = {}
    for name, (asked_as, rows) in met.items():
        # Rows of like queries where the ranker learned from such: one protocol differs from the other by what it asks.
        like = asked_as if asked_as in protocols else protocols[0]
        found[name] = skew(learned[like], rows, max_psi, run) | {"like": like}
    if not earlier:
        return found, {}
    sides = zip(protocols, read(earlier, protocols, run.seed), read([newest], protocols, run.seed), strict=True)
    return found, {protocol: between(before, latest, run) for protocol, before, latest in sides}


def read(paths: Sequence[Path], protocols: Sequence[str | None], seed: int) -> list[pd.DataFrame]:
    """Of each of the protocols, None: of all, ROWS rows of these tables, drawn at random, or all where there are fewer.

    Query numbers of different files are made distinct. Beside what is drawn a row group is held at once.
    """
    masks = np.stack([_drawn(paths, protocol, seed) for protocol in protocols])
    return reading.tables(paths, masks)


def _drawn(paths: Sequence[Path], protocol: str | None, seed: int) -> npt.NDArray[np.bool_]:
    size = sum(pq.read_metadata(path).num_rows for path in paths)
    places = np.arange(size) if protocol is None else np.flatnonzero(_is(protocol, paths))
    mask = np.zeros(size, bool)
    mask[np.random.default_rng(seed).permutation(places)[:ROWS]] = True
    return mask


def _is(protocol: str, paths: Sequence[Path]) -> npt.NDArray[np.bool_]:
    of_files = (pq.read_table(path, columns=["protocol"])["protocol"] for path in paths)
    return np.concatenate([pc.equal(column, protocol).to_numpy() for column in of_files])


def skew(learned: pd.DataFrame, met: pd.DataFrame, max_psi: float, run: Run) -> dict[str, Any]:
    """How the features of two tables of rows differ.

    Returns
    -------
    dict
        `psi` of each feature; `auc` of a classifier that tells the tables apart (.5: it can't), by which features
        (`told_apart_by`); of two more classifiers, `auc_without` these, and `auc_unshifted` by the features whose
        PSI is at most `max_psi`. .5 where no feature is left.
    """
    names, psis = feature_names(learned), shifts(learned, met)
    area, telltales = adversary(learned, met, names, run)
    without = [name for name in names if name not in telltales]
    unshifted = [name for name in names if psis[name] <= max_psi]
    return {
        "psi": psis,
        "auc": area,
        "told_apart_by": telltales,
        "auc_without": adversary(learned, met, without, run)[0],
        "auc_unshifted": adversary(learned, met, unshifted, run)[0],
    }


def between(earlier: pd.DataFrame, latest: pd.DataFrame, run: Run) -> dict[str, Any]:
    """`auc` and `psi` of two tables of rows that the ranker learned from: what rows that it meets may differ by."""
    area, _ = adversary(earlier, latest, feature_names(earlier), run)
    return {"auc": area, "psi": shifts(earlier, latest)}


def shifts(learned: pd.DataFrame, met: pd.DataFrame) -> dict[str, float]:
    """`psi` of each feature."""
    names = feature_names(learned)
    return {name: psi(learned[name].to_numpy(np.float64), met[name].to_numpy(np.float64)) for name in names}


def psi(expected: npt.NDArray[np.float64], found: npt.NDArray[np.float64]) -> float:
    """Population stability index: sum over bins of (q - p) ln(q / p); over .25 is commonly called a shift.

    Bins are tenths of `expected`, one for each value at which they are cut, for many rows may have it, and one for
    missing values; half a row is added to each that has any, so that one that is empty on one side is no infinity.
    Siddiqi 2006, "Credit risk scorecards", chapter 9.
    """
    known = expected[~np.isnan(expected)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)

    def counts(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        between = np.searchsorted(edges, values) + np.searchsorted(edges, values, side="right")
        return np.bincount(np.where(np.isnan(values), 2 * len(edges) + 1, between), minlength=2 * len(edges) + 2)

    both = np.stack([counts(expected), counts(found)])
    smoothed = both[:, both.any(axis=0)] + 0.5
    p, q = smoothed / smoothed.sum(axis=1, keepdims=True)
    return float(((q - p) * np.log(q / p)).sum())


def adversary(learned: pd.DataFrame, met: pd.DataFrame, names: list[str], run: Run) -> tuple[float, list[str]]:
    """AUC on rows that a classifier of the two tables didn't see, and the features that it used most.

    Every other day trains the classifier that judges the rest, and the other way round: by what all rows of a day share
    it would know the day again. Where a table is of one day, every other query.
    """
    if not names:
        return 0.5, []
    sides = [learned, met]
    rows = pd.concat(sides, ignore_index=True)
    side = np.repeat([0, 1], [len(table) for table in sides])
    by_day = all("day" in table and np.ptp(table["day"].to_numpy(), axis=0) > 0 for table in sides if len(table))
    # Numbered within each side: a sample may hold every tenth query, all of them even.
    half = np.concatenate([pd.factorize(table["day" if by_day else "query"], sort=True)[0] for table in sides]) % 2
    features = rows[names].to_numpy(np.float32)
    scores, importance = np.zeros(len(rows)), np.zeros(len(names))
    for judged in (0, 1):
        seen = half != judged
        if len(np.unique(side[seen])) < 2 or not (half == judged).any():
            continue
        model = CatBoost(
            {
                "loss_function": "Logloss",
                "iterations": TREES,
                "learning_rate": 0.3,
                "depth": 4,
                "border_count": BORDERS,
                "random_seed": run.seed,
                "thread_count": run.threads,
                "allow_writing_files": False,
                "verbose": False,
            }
        ).fit(Pool(features[seen], label=side[seen]))
        scores[half == judged] = model.predict(features[half == judged], thread_count=run.threads)
        importance += model.get_feature_importance()
    areas = [auc(scores[half == judged], side[half == judged] == 1) for judged in (0, 1)]
    return float(np.mean(areas)), [names[place] for place in np.argsort(-importance, kind="stable")[:TELLTALES]]
