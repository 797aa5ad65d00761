"""How fast tastes age: the half-life of a watch by which a log foretells its own last days best."""

from collections.abc import Sequence

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from twostage.base.params import Run
from twostage.generators.kinds.exam import Exam
from twostage.generators.kinds.instead import clearly_best
from twostage.generators.kinds.known import positions
from twostage.past.log import Log

SHARE = 0.1  # of the log's days, at its end: what is foretold
CLEARLY = 1.15  # times as good: what another half-life must be
ROWS = 300_000  # of the log that are learned from, at most and about: whole users
DEPTH = 100  # items named to each user
ALS = {"factors": 12, "iterations": 6, "regularization": 0.01}
ALPHA = 10.0  # confidence of a watch of the last day


def half_life(log: Log, given: float, instead: Sequence[float], run: Run) -> float:
    """`given` (days; infinity: nothing ages), or the best of those of `instead` that foretell clearly better.

    A small `als` learns from the days before the last ones with each, and names unseen items to users who come back in
    them. What counts is the mean over these users, and over their items, of 1 / log2(1 + place).
    """
    if not instead:
        return given
    return clearly_best(given, instead, Probe(log, run).foretold, CLEARLY)


def words(half_life: float) -> str:
    return f"half-life {half_life:g} days" if np.isfinite(half_life) else "no half-life"


class Probe:
    """Users who come back in the last days of a log, and its rows before these."""

    def __init__(self, log: Log, run: Run) -> None:
        self.run = run
        first, last = int(log.day.min()), int(log.day.max())
        start = last + 1 - max(1, round(SHARE * (last + 1 - first)))
        early = log.before(start)
        items = np.unique(early.item)
        self.exam = Exam(log, start, items, run)
        rows = _drawn(early, self.exam.queries.user, run.seed)
        users, self.user = np.unique(early.user[rows], return_inverse=True)
        self.item, self.age = positions(items, early.item[rows])[0], start - early.day[rows]
        self.asked = np.searchsorted(users, self.exam.queries.user)
        self.shape = len(users), len(items)

    def foretold(self, half_life: float) -> float:
        """See `ageing.half_life`; 0 where nobody comes back."""
        return self.gain(self.named(half_life)) if len(self.asked) else 0.0

    def named(self, half_life: float) -> np.ndarray:
        """[users who come back, DEPTH at most]: places of the unseen items that they are named, best first."""
        weights = (ALPHA * 0.5 ** (self.age / half_life)).astype(np.float32)
        watched = csr_matrix((weights, (self.user, self.item)), shape=self.shape)
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(**ALS, num_threads=self.run.threads, random_state=self.run.seed)
            model.fit(watched, show_progress=False)
            found, _ = model.recommend(self.asked, watched[self.asked], min(DEPTH, self.shape[1]))
        return np.asarray(found)

    def gain(self, named: np.ndarray) -> float:
        query = self.exam.query
        found = named[query] == self.exam.place[:, None]
        gains = np.where(found.any(axis=1), 1 / np.log2(2 + found.argmax(axis=1)), 0.0)
        return float(np.mean(np.bincount(query, gains) / np.bincount(query)))


def _drawn(log: Log, asked: np.ndarray, seed: int) -> np.ndarray:
    """Rows of the asked users and, drawn evenly, of others, up to ROWS; whole users."""
    users, place = np.unique(log.user, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(users))
    order = order[np.argsort(~np.isin(users[order], asked), kind="stable")]
    size = np.cumsum(np.bincount(place)[order])
    kept = np.zeros(len(users), bool)
    kept[order[: max(len(asked), int(np.searchsorted(size, ROWS)))]] = True
    return np.flatnonzero(kept[place])
