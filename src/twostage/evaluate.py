"""Every system on the test period: per protocol and segment, with intervals over users."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from twostage.lists import array
from twostage.metrics import accuracy, novelty
from twostage.metrics.hits import hits, relevant
from twostage.metrics.intervals import summary
from twostage.past.asof import Queries
from twostage.past.log import Log
from twostage.queries import DAILY

Mask = npt.NDArray[np.bool_]
Lists = npt.NDArray[np.int32]
Values = npt.NDArray[np.float64]


def evaluate(
    lists: pd.DataFrame, queries: pd.DataFrame, labels: pd.DataFrame, log: Log, test_start: int, k: int, seed: int
) -> dict[str, Any]:
    """system -> protocol -> segment -> measure, and per protocol coverage, novelty and popularity of the lists.

    Each measure is a mean over the segment's queries with a relevant item; NAME_interval its 95 % interval
    [low, high]. A segment without such a query is left out.

    lists: system, query, item, rank; queries: query, user, day, protocol; labels: query, item.
    """
    past = log.before(test_start)
    item_users = np.bincount(past.item, minlength=log.n_items)
    n_users = len(np.unique(past.user))
    counts = relevant(labels["query"].to_numpy(), len(queries))
    segments = {name: mask & (counts > 0) for name, mask in segments_of(queries, log, past).items()}
    places = {str(system): array(table, len(queries), k) for system, table in lists.groupby("system", sort=False)}
    values = {name: _measured(table, labels, counts, k) for name, table in places.items()}
    user = queries["user"].to_numpy()
    results: dict[str, dict[str, Any]] = {name: {} for name in places}
    for protocol, mask in protocols_of(queries).items():
        for name, table in places.items():
            results[name][protocol] = _shown(table[mask], item_users, n_users, log.n_items)
        for segment, of_segment in segments.items():
            rows = mask & of_segment
            if rows.any():
                about = {"queries": int(rows.sum()), "users": len(np.unique(user[rows]))}
                for name, found in summary(values, list(accuracy.MEASURES), rows, user, seed).items():
                    results[name][protocol][segment] = about | found
    return results


def protocols_of(queries: pd.DataFrame) -> dict[str, Mask]:
    return {name: (queries["protocol"] == name).to_numpy(bool) for name in sorted(queries["protocol"].unique())}


def segments_of(queries: pd.DataFrame, log: Log, past: Log) -> dict[str, Mask]:
    """warm: a row before the test's start; the daily queries also by whether there is one before their own day."""
    user, day = queries["user"].to_numpy(np.int32), queries["day"].to_numpy(np.int32)
    warm = np.isin(user, past.user)
    daily = (queries["protocol"] == DAILY).to_numpy(bool)
    with_history = Queries(user, day, log).history_size > 0
    return {
        "all": np.ones(len(queries), bool),
        "warm": warm,
        "cold": ~warm,
        "with_history_as_of_day": daily & with_history,
        "without_history_as_of_day": daily & ~with_history,
    }


def _measured(places: Lists, labels: pd.DataFrame, counts: npt.NDArray[np.int64], k: int) -> Values:
    """Every measure of every query, [queries, MEASURES]."""
    found = hits(places, labels["query"].to_numpy(), labels["item"].to_numpy())
    return np.column_stack([measure(found, counts, k) for measure in accuracy.MEASURES.values()])


def _shown(places: Lists, item_users: npt.NDArray[np.int64], n_users: int, n_items: int) -> dict[str, float]:
    """What the lists show, right or wrong; nothing where every list is empty."""
    shown = np.unique(places[places >= 0])
    if not len(shown):
        return {}
    return {
        "coverage": len(shown) / n_items,
        "novelty": novelty.novelty(places, item_users, n_users),
        "popularity": novelty.popularity(places, item_users, n_users),
    }
