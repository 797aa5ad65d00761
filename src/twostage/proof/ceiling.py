"""How much of what the candidates hold the ranker takes."""

from typing import Any

import numpy as np

from twostage.judged import Judged
from twostage.lists import RANKER
from twostage.metrics.arrays import Ints
from twostage.metrics.hits import relevant


def ceiling(judged: Judged, found: Ints, k: int, keep: int) -> dict[str, Any]:
    """protocol -> segment -> recalls, means over queries with a relevant item, and the shares taken, 0..1.

    union_recall: of all candidates; recall_at_k_of_a_perfect_order: the most that any order of them gets into k
    places; recall_at_k, recall_at_keep: the ranker's; taken_at_k, taken_at_keep: these over union_recall;
    taken_of_a_perfect_order: recall_at_k over the perfect order's. Shares are left out where nothing is to be taken.

    found: relevant items among each query's candidates, [queries].
    """
    counts = relevant(judged.query, len(judged.user))
    at = {length: judged.values(RANKER, ["recall"], length)[:, 0] for length in (k, keep)}
    report: dict[str, Any] = {}
    for (protocol, segment), rows in judged.blocks("all", "warm", "cold").items():
        union = float(np.mean(found[rows] / counts[rows]))
        perfect = float(np.mean(np.minimum(found[rows], k) / counts[rows]))
        short, long = (float(np.mean(at[length][rows])) for length in (k, keep))
        block = {
            "union_recall": union,
            "recall_at_k_of_a_perfect_order": perfect,
            "recall_at_k": short,
            "recall_at_keep": long,
        }
        if union > 0:
            block |= {"taken_at_k": short / union, "taken_at_keep": long / union}
            block["taken_of_a_perfect_order"] = short / perfect
        report.setdefault(protocol, {})[segment] = block
    return report
