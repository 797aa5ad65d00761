"""Whether the ranker's lead over each other system is more than luck: paired intervals and tests."""

from typing import Any

import numpy as np

from twostage.judged import Judged
from twostage.lists import RANKER
from twostage.metrics.holm import holm
from twostage.metrics.intervals import summary
from twostage.metrics.sign_flips import p_values

NAMES = ("ndcg", "map")


def leads(judged: Judged, others: list[str], k: int) -> dict[str, Any]:
    """protocol -> segment -> system -> NAME: mean of ranker less system, NAME_interval, NAME_p, NAME_holm; `tests`.

    NAME_holm is Holm's correction over the family: every p of the result, `tests` of them. All pairs of the same
    queries; intervals and tests draw users, each with all of its queries.
    """
    ranker = judged.values(RANKER, NAMES, k)
    differences = {name: ranker - judged.values(name, NAMES, k) for name in others}
    found: dict[str, Any] = {}
    tests: list[tuple[dict[str, Any], str]] = []
    for (protocol, segment), rows in judged.blocks("all", "warm", "cold").items():
        block = summary(differences, NAMES, rows, judged.user, judged.seed)
        stacked = np.hstack([table[rows] for table in differences.values()])
        p = iter(p_values(stacked, judged.user[rows], judged.seed).tolist())
        for values in block.values():
            for name in NAMES:
                values[f"{name}_p"] = next(p)
                tests.append((values, name))
        found.setdefault(protocol, {})[segment] = block
    corrected = holm(np.array([values[f"{name}_p"] for values, name in tests])).tolist()
    for (values, name), value in zip(tests, corrected, strict=True):
        values[f"{name}_holm"] = value
    return found | {"tests": len(tests)}
