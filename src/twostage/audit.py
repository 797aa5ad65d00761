"""Proof by corruption: whatever happens on a day or later, nothing that was asked up to that day may move."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from twostage import candidates, featurise
from twostage.asof import Queries
from twostage.errors import InputError
from twostage.generators.kinds.generator import Generator
from twostage.params import Run
from twostage.reports import Audit
from twostage.sizes import Keep
from twostage.source import Source
from twostage.split import Fold


class Tables(NamedTuple):
    interactions: pd.DataFrame
    users: pd.DataFrame
    items: pd.DataFrame


def corrupted(interactions: pd.DataFrame, day: int, seed: int) -> pd.DataFrame:
    """The log with every row of `day` and later scrambled, about a third of them deleted, and others added."""
    rng = np.random.default_rng(seed)
    late = interactions[interactions["day"] >= day]
    added = interactions.sample(min(len(interactions), max(len(late), 1000)), random_state=seed)
    late = pd.concat([late[rng.random(len(late)) > 1 / 3], added])
    late = late.assign(
        item=rng.permutation(late["item"].to_numpy()),
        user=rng.permutation(late["user"].to_numpy()),
        day=(day + rng.integers(0, 10, len(late))).astype(np.int32),
    )
    for name in set(late.columns) - {"user", "item", "day"}:
        late[name] = pd.Series(rng.integers(0, 2, len(late)), index=late.index).astype(late[name].dtype)
    together = pd.concat([interactions[interactions["day"] < day], late])
    return together.sort_values(["user", "day"], kind="stable", ignore_index=True)


def rows(
    source: Source, queries: pd.DataFrame, models: Mapping[str, Generator], n: int, keep: Keep, run: Run
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidates and features of these queries, with everything made from this source."""
    asked = Queries(queries["user"].to_numpy(np.int32), queries["day"].to_numpy(np.int32), source.log)
    union = candidates.union(asked, models, n, keep, run)
    numbered = queries.assign(query=np.arange(len(queries), dtype=np.int32))
    return union, featurise.featurise(source, numbered, union, list(models))


def differences(clean: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Columns of two tables of (query, item) that aren't the same to the bit.

    If the pairs differ: NAME_rank of each generator that proposes others, else "query, item".
    """
    keys = ["query", "item"]

    def proposals(table: pd.DataFrame, name: str) -> bytes:
        return table.loc[table[name].notna(), [*keys, name]].to_numpy().tobytes()

    if not clean[keys].equals(other[keys]):
        ranks = [str(name) for name in clean if str(name).endswith("_rank") and name not in ("item_rank", "best_rank")]
        return [name for name in ranks if proposals(clean, name) != proposals(other, name)] or [", ".join(keys)]
    return [str(name) for name in clean if clean[name].to_numpy().tobytes() != other[name].to_numpy().tobytes()]


def sample(queries: pd.DataFrame, size: int, seed: int) -> tuple[pd.DataFrame, int]:
    """Queries of two days, and the later one: corruption starts there. Both protocols where the fold has both."""
    days = np.unique(queries["day"])
    day = int(days[len(days) // 2])
    chosen = queries[queries["day"].isin([days[0], day])]
    return chosen.sample(min(size, len(chosen)), random_state=seed).sort_values(["day", "user"]), day


def fold(
    fold: Fold,
    queries: pd.DataFrame,
    tables: Tables,
    clean: Source,
    models: Mapping[str, Generator],
    n: int,
    keep: Keep,
    run: Run,
    params: Audit,
) -> dict[str, Any]:
    """Ask a sample of the fold's queries twice, of the log as it is and corrupted, and look for a difference.

    `clean` is the source of `tables`, whatever the fold.
    """
    chosen, day = sample(queries, params.queries, run.seed)
    other = Source(*tables._replace(interactions=corrupted(tables.interactions, day, run.seed)), run)
    clean_candidates, clean_features = rows(clean, chosen, models, n, keep, run)
    candidates, features = rows(other, chosen, models, n, keep, run)
    late = [name for name, model in models.items() if model.last_day >= fold.start]
    return {
        "queries": len(chosen),
        "rows": len(clean_features),
        "corrupted_from_day": day,
        "fitted_too_late": late,
        "moved": list(dict.fromkeys(differences(clean_candidates, candidates) + differences(clean_features, features))),
    }


def report(
    folds: dict[str, dict[str, Any]], dominance: dict[str, Any], skews: dict[str, Any], params: Audit
) -> dict[str, Any]:
    """What was found, and under `failures` a line for each thing that fails the run."""
    failures = [f"{name}: {column} depends on the future" for name, found in folds.items() for column in found["moved"]]
    failures += [
        f"{name}: generator {generator} saw days of the fold"
        for name, found in folds.items()
        for generator in found["fitted_too_late"]
    ]
    if not params.allow_dominance:
        failures += [f"{line} (audit.allow_dominance lets it pass)" for line in dominance["problems"]]
    warnings = [
        f"{name} rows are told from training rows: AUC {found['auc']:.3f}, by {', '.join(found['told_apart_by'])}"
        for name, found in skews.items()
        if found["auc"] > params.warn_auc
    ]
    return {
        "folds": folds,
        "dominance": dominance,
        "skew": skews,
        "warnings": warnings,
        "failures": failures,
        "passed": not failures,
    }


def judge(report: dict[str, Any]) -> None:
    """
    Raises
    ------
    InputError
        If the report holds a failure.
    """
    if report["failures"]:
        raise InputError("audit: " + "; ".join(report["failures"]) + "; see metrics/audit.json")
