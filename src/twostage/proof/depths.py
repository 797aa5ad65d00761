"""Quality of every system against the length of its lists."""

import pandas as pd

from twostage.metrics import by_depth, recall
from twostage.proof.judged import Judged


def depths(judged: Judged, depth: int) -> pd.DataFrame:
    """protocol, segment, system, k = 1..depth, ndcg, map, recall: means over queries with a relevant item."""
    found = []
    for (protocol, segment), rows in judged.blocks("all", "warm").items():
        weight = recall.weights(judged.query, rows)
        for system, places in judged.places.items():
            of_list = places + 1, judged.query, rows, depth
            curves = {
                "ndcg": by_depth.ndcg(*of_list),
                "map": by_depth.average_precision(*of_list),
                "recall": recall.curve(places + 1, weight, range(1, depth + 1)),
            }
            table = pd.DataFrame({"k": range(1, depth + 1)} | curves)
            found.append(table.assign(protocol=protocol, segment=segment, system=system))
    return pd.concat(found, ignore_index=True)[["protocol", "segment", "system", "k", "ndcg", "map", "recall"]]
