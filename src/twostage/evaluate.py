"""Every system on the test period: per protocol and segment, with intervals over users."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from twostage.lists import arrays
from twostage.metrics import accuracy, novelty
from twostage.metrics.arrays import Bools, Floats, Ints
from twostage.metrics.hits import marks, positions, relevant
from twostage.metrics.intervals import summary
from twostage.past.asof import Queries
from twostage.past.log import Log
from twostage.queries import DAILY


def evaluate(
    lists: pd.DataFrame, systems: Sequence[str], queries: pd.DataFrame, labels: pd.DataFrame, log: Log,
    test_start: int, k: int, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """system -> protocol -> segment -> measure, and per protocol coverage, novelty and popularity of the lists.

    Each measure is a mean over the segment's queries with a relevant item; NAME_interval its 95 % interval
    [low, high]. A segment without such a query is left out.

    lists: system, query, item, rank, of any of the `systems`, each of which is judged; queries: query, user, day,
    protocol; labels: query, item.
    """
    past = log.before(test_start)
    item_users = np.bincount(past.item, minlength=log.n_items)
    n_users = len(np.unique(past.user))
    query, item = labels["query"].to_numpy(), labels["item"].to_numpy()
    counts = relevant(query, len(queries))
    segments = {name: mask & (counts > 0) for name, mask in segments_of(queries, log, past).items()}
    tables = arrays(lists, systems, len(queries), k)
    values = {
        name: measured(positions(table, query, item), query, counts, accuracy.MEASURES, k)
        for name, table in tables.items()
    }
    user = queries["user"].to_numpy()
    results: dict[str, dict[str, Any]] = {name: {} for name in tables}
    for protocol, mask in protocols_of(queries).items():
        for name, table in tables.items():
            results[name][protocol] = _shown(table[mask], item_users, n_users, log.n_items)
        for segment, of_segment in segments.items():
            rows = mask & of_segment
            if rows.any():
                about = {"queries": int(rows.sum()), "users": len(np.unique(user[rows]))}
                for name, found in summary(values, list(accuracy.MEASURES), rows, user, seed).items():
                    results[name][protocol][segment] = about | found
    return results


def protocols_of(queries: pd.DataFrame) -> dict[str, Bools]:
    return {name: (queries["protocol"] == name).to_numpy(bool) for name in sorted(queries["protocol"].unique())}


def segments_of(queries: pd.DataFrame, log: Log, past: Log) -> dict[str, Bools]:
    """warm: a row before the test's start; the daily queries also by whether there is one before their own day."""
    warm = np.isin(queries["user"].to_numpy(), past.user)
    daily = (queries["protocol"] == DAILY).to_numpy(bool)
    with_history = Queries.of(queries, log).history_size > 0
    return {
        "all": np.ones(len(queries), bool),
        "warm": warm,
        "cold": ~warm,
        "with_history_as_of_day": daily & with_history,
        "without_history_as_of_day": daily & ~with_history,
    }


def measured(places: Ints, labels_query: Ints, counts: Ints, names: Iterable[str], k: int) -> Floats:
    """Measures of `accuracy` of every query, [queries, names]; NaN where it has no label.

    places: of the labels, see `positions`; counts: labels of each query.
    """
    found = marks(places, labels_query, len(counts), k)
    return np.column_stack([accuracy.MEASURES[name](found, counts, k) for name in names])


def _shown(lists: Ints, item_users: Ints, n_users: int, n_items: int) -> dict[str, float]:
    """What the lists show, right or wrong; nothing where every list is empty."""
    shown = np.unique(lists[lists >= 0])
    if not len(shown):
        return {}
    return {
        "coverage": len(shown) / n_items,
        "novelty": novelty.novelty(lists, item_users, n_users),
        "popularity": novelty.popularity(lists, item_users, n_users),
    }
