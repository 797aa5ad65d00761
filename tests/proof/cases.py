"""A test period small enough to judge by hand: three systems, two warm users and a cold one."""

import pandas as pd

from tests.small import log
from twostage.judged import Judged, judged

START, KEEP = 10, 3
# User 0 has one row before the test, 1 has three, 2 none.
LOG = log([(0, 0, 5), (1, 0, 6), (1, 4, 7), (1, 5, 8), (0, 1, 10), (1, 2, 11), (1, 3, 12), (2, 0, 12)])
QUERIES = pd.DataFrame(
    [
        (0, 0, 10, "daily"),
        (1, 1, 11, "daily"),
        (2, 1, 12, "daily"),
        (3, 2, 12, "daily"),
        (4, 0, 10, "horizon"),
        (5, 1, 10, "horizon"),
        (6, 2, 10, "horizon"),
    ],
    columns=["query", "user", "day", "protocol"],
)
LABELS = pd.DataFrame([(0, 1), (1, 2), (2, 3), (3, 0), (4, 1), (5, 2), (5, 3), (6, 0)], columns=["query", "item"])
LISTS = {
    # Daily: all four first. Horizon: first; second and third; first.
    "ranker": {0: [1], 1: [2], 2: [3], 3: [0], 4: [1], 5: [0, 2, 3], 6: [0]},
    # Daily: first, nothing, second, nothing. Horizon: second; first; nothing.
    "fusion": {0: [1], 1: [0], 2: [1, 3], 4: [0, 1], 5: [2, 0], 6: [1]},
    "scores_only": {0: [1], 1: [2], 2: [0], 3: [1], 4: [1], 5: [2], 6: [1]},
}


def small(lists: dict[str, dict[int, list[int]]] = LISTS, labels: pd.DataFrame = LABELS) -> Judged:
    rows = [
        (system, query, item, rank)
        for system, table in lists.items()
        for query, items in table.items()
        for rank, item in enumerate(items, start=1)
    ]
    table = pd.DataFrame(rows, columns=["system", "query", "item", "rank"])
    return judged(table, [*table["system"].unique()], QUERIES, labels, LOG, START, KEEP, seed=1)
