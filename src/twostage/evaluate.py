"""Every system on the test period: per protocol and segment, with intervals over users."""

from typing import Any

import numpy as np

from twostage.judged import Judged
from twostage.metrics import accuracy, novelty
from twostage.metrics.arrays import Ints
from twostage.metrics.intervals import summary
from twostage.past.log import Log


def evaluate(judged: Judged, past: Log, k: int) -> dict[str, Any]:
    """system -> protocol -> segment -> measure, and per protocol coverage, novelty and popularity of the lists.

    Each measure is a mean over the segment's queries with a relevant item; NAME_interval its 95 % interval
    [low, high]. A segment without such a query is left out. The lists are cut to k; `past`: the log before the test.
    """
    item_users, n_users = np.bincount(past.item, minlength=past.n_items), len(np.unique(past.user))
    measures = list(accuracy.MEASURES)
    values = {system: judged.values(system, measures, k) for system in judged.lists}
    results: dict[str, dict[str, Any]] = {system: {} for system in judged.lists}
    for protocol, mask in judged.protocols.items():
        for system, lists in judged.lists.items():
            results[system][protocol] = _shown(lists[mask, :k], item_users, n_users)
    for (protocol, segment), rows in judged.blocks(*judged.segments).items():
        about = {"queries": int(rows.sum()), "users": len(np.unique(judged.user[rows]))}
        for system, found in summary(values, measures, rows, judged.user, judged.seed).items():
            results[system][protocol][segment] = about | found
    return results


def _shown(lists: Ints, item_users: Ints, n_users: int) -> dict[str, float]:
    """What the lists show, right or wrong; nothing where every list is empty."""
    shown = np.unique(lists[lists >= 0])
    if not len(shown):
        return {}
    return {
        "coverage": len(shown) / len(item_users),
        "novelty": novelty.novelty(lists, item_users, n_users),
        "popularity": novelty.popularity(lists, item_users, n_users),
    }
