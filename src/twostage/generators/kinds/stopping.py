"""When to stop: the last days of the log are held back, and a network is asked of them as it learns from the rest."""

from typing import TYPE_CHECKING

import numpy as np

from twostage.generators.kinds.exam import Exam
from twostage.past.log import Log

if TYPE_CHECKING:
    from twostage.generators.sasrec import Sasrec


def best_stop(model: "Sasrec", log: Log, start: int, every: int) -> int | None:
    """The number of steps, of every so many, after which `model`, fitted on the rows before `start`, answers best.

    None where it does so at the end of the course, or no user watched anything on both sides of `start`.
    """
    early = log.before(start)
    exam = Exam(log, start, np.unique(early.item), model.run)
    if not len(exam.queries):
        return None
    losses: dict[int, float] = {}

    def loss() -> float:
        return exam.loss(model.query_vectors(exam.queries), model.encoder.item_vectors())

    def look(step: int) -> None:
        if step % every == 0:
            losses[step] = loss()

    model.last_day = int(early.day.max())
    model.teach(early, look=look)
    best = min(losses, key=losses.__getitem__, default=None)
    return None if best is None or loss() <= losses[best] else best
