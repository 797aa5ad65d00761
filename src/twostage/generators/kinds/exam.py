"""What users who come back watch in the last days of a log, to ask of what was learned from the days before."""

import numpy as np
from threadpoolctl import threadpool_limits

from twostage.base.blocks import BLOCK
from twostage.base.params import Run
from twostage.generators.kinds.known import positions
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints, Log

USERS = 2000  # of the days held back, at most: drawn by the seed


class Exam:
    """What users with a row before day `start` watched from then on, of the items that stand in `items`.

    Nothing after the log's end is in it, so a fit that it stops is still one on the days before its fold.
    """

    def __init__(self, log: Log, start: int, items: Ints, run: Run) -> None:
        late = log.take(np.flatnonzero((log.day >= start) & np.isin(log.item, items)))
        users = np.intersect1d(late.user, log.user[log.day < start])
        if len(users) > USERS:
            users = np.sort(np.random.default_rng(run.seed).choice(users, USERS, replace=False))
        rows = np.flatnonzero(np.isin(late.user, users))
        self.queries = Queries(users, np.full(len(users), start, np.int32), log)
        self.query: Rows = np.searchsorted(users, late.user[rows])
        self.place: Rows = positions(items, late.item[rows])[0]

    def loss(self, query_vectors: Floats, item_vectors: Floats) -> float:
        """Mean over users of the mean over their items of -log softmax among all items."""
        losses = np.empty(len(self.query))
        with threadpool_limits(1, "blas"):  # sums in one order, however many cores there are
            for start in range(0, len(self.queries), BLOCK):
                logits = (query_vectors[start : start + BLOCK] @ item_vectors.T).astype(np.float64)
                top = logits.max(axis=1)
                missed = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
                rows = slice(*np.searchsorted(self.query, [start, start + BLOCK]))
                query = self.query[rows] - start
                losses[rows] = missed[query] - logits[query, self.place[rows]]
        share = 1 / np.bincount(self.query, minlength=len(self.queries))[self.query]
        return float((losses * share).sum() / len(self.queries))
