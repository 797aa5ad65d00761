"""Quality of every system against the length of its lists."""

import pandas as pd

from twostage.judged import Judged

NAMES = ("ndcg", "map", "recall")


def depths(judged: Judged, depth: int) -> pd.DataFrame:
    """protocol, segment, system, k = 1..depth, ndcg, map, recall: means over queries with a relevant item."""
    blocks, lengths = judged.blocks("all", "warm"), range(1, depth + 1)
    found = {}
    for system in judged.places:
        at = [judged.values(system, NAMES, k) for k in lengths]
        for block, rows in blocks.items():
            found[*block, system] = pd.DataFrame([values[rows].mean(axis=0) for values in at], lengths, NAMES)
    ordered = [(*block, system) for block in blocks for system in judged.places]
    table = pd.concat([found[key] for key in ordered], keys=ordered, names=["protocol", "segment", "system", "k"])
    return table.reset_index()
