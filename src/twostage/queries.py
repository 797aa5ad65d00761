"""Folds to queries and labels."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from twostage.base.errors import InputError
from twostage.base.params import Section
from twostage.split import FINAL, Cap, Fold

DAILY, HORIZON = "daily", "horizon"
PROTOCOLS = (HORIZON, DAILY)  # in the order in which they are told


class Target(Section):
    """Which rows count as relevant."""

    section = "target"
    min_watched_pct: float = Field(ge=0, le=100)
    column: Literal["target"] | None


def check_target(target: Target, columns: frozenset[str]) -> None:
    """That the log has what the target asks for.

    Raises
    ------
    InputError
        If it lacks the column.
    """
    if target.column is not None and target.column not in columns:
        raise InputError(f"params.yaml: target.column = {target.column!r}: the log has no such column; null for none")
    if target.column is None and target.min_watched_pct > 0 and "watched_pct" not in columns:
        value = f"target.min_watched_pct = {target.min_watched_pct}"
        raise InputError(f"params.yaml: {value} needs the column watched_pct, which the log lacks; 0 for every row")


def check_relevant(folds: Iterable[Fold], interactions: pd.DataFrame, target: Target) -> None:
    """That a row counts as relevant in the period of every fold but the final one.

    Raises
    ------
    InputError
        Naming the fold and its days.
    """
    counting = interactions[relevant(interactions, target)]
    for fold in folds:
        if fold.name != FINAL and _period(counting, fold).empty:
            wanted = "a 1 there" if target.column else f"min_watched_pct under {target.min_watched_pct:g}"
            raise InputError(
                f"params.yaml: target: no row in the period of {fold} counts as relevant, expected {wanted}"
            )


def relevant(interactions: pd.DataFrame, target: Target) -> pd.Series:
    """Whether each row counts, bool."""
    if target.column is not None:
        return interactions[target.column].fillna(0) > 0
    if target.min_watched_pct == 0:
        return pd.Series(True, index=interactions.index)
    return interactions["watched_pct"].fillna(-1) >= target.min_watched_pct


def queries(interactions: pd.DataFrame, fold: Fold, cap: Cap, seed: int) -> pd.DataFrame:
    """`query` (0, 1, ...), user, day, protocol, sorted by (protocol, day, user).

    horizon: one query a user active in the fold's period, on its first day; daily: one a (user, day) with a row;
    final: one for every user, as horizon. Of more users than `cap` allows as many are drawn by the seed, whole: evenly
    of those with a row before `daily_stop`, so that no later row decides who is asked, then of the others.
    """
    if fold.name == FINAL:
        users = np.unique(interactions["user"])
        return _numbered(pd.DataFrame({"user": users, "day": np.int32(fold.start), "protocol": HORIZON}))
    period = _period(interactions, fold)
    days = period[period["day"] < fold.daily_stop]
    rng = np.random.default_rng([seed, fold.start % 2**32])
    soon = np.unique(days["user"])
    drawn = np.concatenate([rng.permutation(soon), rng.permutation(np.setdiff1d(period["user"], soon))])
    daily = days.loc[_among(days["user"], drawn, cap.daily), ["user", "day"]].drop_duplicates().assign(protocol=DAILY)
    users = np.sort(drawn[: cap.horizon])
    horizon = pd.DataFrame({"user": users, "day": np.int32(fold.start), "protocol": HORIZON})
    return _numbered(pd.concat([daily, horizon]))


def labels(interactions: pd.DataFrame, fold: Fold, queries: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The relevant items of each query: query, item, and the `day` of the watch.

    Where the log has it also `watched_pct`, 0 to 100; 0 where it is missing.

    Raises
    ------
    InputError
        If there is none in the whole period of a fold other than the final one.
    """
    percent = ["watched_pct"] if "watched_pct" in interactions else []
    columns = ["query", "item", "day", *percent]
    if fold.name == FINAL:
        return pd.DataFrame({name: np.empty(0, np.int32) for name in columns})
    period = _period(interactions, fold)
    period = period.loc[relevant(period, target), ["user", "item", "day", *percent]]
    period[percent] = period[percent].fillna(0).clip(0, 100)
    daily = period.merge(queries[queries["protocol"] == DAILY], on=["user", "day"])
    horizon = period.merge(queries.loc[queries["protocol"] == HORIZON, ["query", "user"]], on="user")
    found = pd.concat([daily[columns], horizon[columns]])
    if found.empty:
        raise InputError(
            f"params.yaml: target: no row of the users who are asked counts as relevant in the period of {fold}; lower "
            "its bound, or ask more users (split.valid_users, split.daily_users)"
        )
    return found.sort_values(["query", "item"], ignore_index=True).astype(np.int32)


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `queries` and the `labels` of a fold."""
    asked, relevant = (pd.read_parquet(folder / f"{name}.parquet") for name in ("queries", "labels"))
    return asked, relevant


def labelled(rows: pd.DataFrame, queries: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The rows (query, item) with user, day, protocol, `label`, and `label_day`: of the watch, 0 without one.

    Likewise `label_watched_pct` where the labels have it. The columns are put into `rows` itself: a merge would copy
    millions of rows of features. `queries` are numbered from 0, `labels` sorted by (query, item).
    """
    query = rows["query"].to_numpy()
    for name in ("user", "day", "protocol"):
        rows[name] = queries[name].array.take(query)
    wanted, found = _key(labels), _key(rows)
    place = np.searchsorted(wanted, found)
    label = np.append(wanted, -1)[place] == found
    rows["label"] = label
    for name in [name for name in ("day", "watched_pct") if name in labels]:
        values = np.append(labels[name].to_numpy(np.int32), np.int32(0))
        rows[f"label_{name}"] = np.where(label, values[place], np.int32(0))
    return rows


def _among(user: pd.Series, drawn: npt.NDArray[np.int32], most: int | None) -> npt.NDArray[np.bool_]:
    return np.ones(len(user), bool) if most is None else np.isin(user, drawn[:most])


def _period(interactions: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    return interactions[(interactions["day"] >= fold.start) & (interactions["day"] < fold.stop)]


def _key(pairs: pd.DataFrame) -> npt.NDArray[np.int64]:
    key: npt.NDArray[np.int64] = pairs["query"].to_numpy(np.int64) << 32 | pairs["item"].to_numpy(np.int64)
    return key


def _numbered(queries: pd.DataFrame) -> pd.DataFrame:
    ordered = queries.sort_values(["protocol", "day", "user"], ignore_index=True)
    ordered.insert(0, "query", np.arange(len(ordered), dtype=np.int32))
    return ordered.astype({"user": np.int32, "day": np.int32, "protocol": "string"})
