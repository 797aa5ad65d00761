"""Every system on the test period: per protocol and segment, with intervals over users."""

from typing import Any

import numpy as np
import pandas as pd

from twostage.judged import Judged
from twostage.lists import array
from twostage.metrics import accuracy
from twostage.metrics.arrays import Floats, Ints, exposure, place_mean
from twostage.metrics.intervals import summary
from twostage.metrics.novelty import surprisal
from twostage.past.log import Log


def evaluate(judged: Judged, lists: pd.DataFrame, past: Log, k: int) -> dict[str, Any]:
    """system -> protocol -> segment -> measure, and per protocol coverage, novelty and popularity of the lists.

    Each measure is a mean over the segment's queries with a relevant item; NAME_interval its 95 % interval
    [low, high]. A segment without such a query is left out. The lists are cut to k.

    lists: those that were judged (see `judged`); past: the log before the test.
    """
    item_users, n_users = np.bincount(past.item, minlength=past.n_items), len(np.unique(past.user))
    known = {"novelty": surprisal(item_users, n_users), "popularity": item_users / n_users}
    measures = list(accuracy.MEASURES)
    values = {system: judged.values(system, measures, k) for system in judged.places}
    results: dict[str, dict[str, Any]] = {system: {} for system in judged.places}
    for system in judged.places:
        table = array(lists[lists["system"] == system], len(judged.user), k)
        for protocol, mask in judged.protocols.items():
            results[system][protocol] = _shown(table[mask], known)
    for (protocol, segment), rows in judged.blocks(*judged.segments).items():
        about = {"queries": int(rows.sum()), "users": len(np.unique(judged.user[rows]))}
        for system, found in summary(values, measures, rows, judged.user, judged.seed).items():
            results[system][protocol][segment] = about | found
    return results


def _shown(lists: Ints, known: dict[str, Floats]) -> dict[str, float]:
    """Coverage and the means of what is `known` of each item, right or wrong; nothing where every list is empty."""
    counts = exposure(lists, len(known["novelty"]))
    if not counts.any():
        return {}
    coverage = np.count_nonzero(counts) / len(counts)
    return {"coverage": coverage} | {name: place_mean(counts, values) for name, values in known.items()}
