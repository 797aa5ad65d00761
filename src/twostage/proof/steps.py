"""What each step of the way adds: rank fusion, a ranker of the generators' scores and ranks, the ranker's own lists.

Those are the lists of the whole way: where another system leads a segment of them (`rivals`) it is that system's.
"""

from itertools import pairwise
from typing import Any

from twostage.judged import Judged
from twostage.lists import FUSION, RANKER, SCORES_ONLY
from twostage.metrics.intervals import summary

NAMES = ("ndcg", "map")
ORDER = (FUSION, SCORES_ONLY, RANKER)


def steps(judged: Judged, k: int) -> dict[str, Any]:
    """protocol -> `systems`: each of ORDER, `gains`: each step's paired difference; NAME and NAME_interval; warm users.

    Both rankers are of one seed: part of a difference is its.
    """
    values = {name: judged.values(name, NAMES, k) for name in ORDER}
    gains = {f"{a} to {b}": values[b] - values[a] for a, b in [*pairwise(ORDER), (ORDER[0], ORDER[-1])]}
    found: dict[str, Any] = {}
    for (protocol, _), rows in judged.blocks("warm").items():
        shared = NAMES, rows, judged.user, judged.seed
        about = {"queries": int(rows.sum())}
        found[protocol] = about | {"systems": summary(values, *shared), "gains": summary(gains, *shared)}
    return found
