"""A network over pairs of a user and an item that foretells how long the user watches.

He et al. 2017, "Neural collaborative filtering", section 3.3 (the multi-layer perceptron), with a user who is the
mean of his history in place of a row of a table.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from twostage.base.blocks import BLOCK
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.durations import usual
from twostage.generators.kinds.generator import State
from twostage.generators.kinds.known import positions
from twostage.generators.kinds.network import NetworkParams, set_weights, weights_of
from twostage.generators.kinds.sequences import histories
from twostage.past.asof import Queries, Rows
from twostage.past.log import Floats, Ints, Log

if TYPE_CHECKING:  # torch takes seconds to import: only fitting and scoring do
    from twostage.generators.kinds.tower import Tower


class NeuralCfParams(NetworkParams):
    section = "neural_cf"
    negatives: int = Field(ge=1)


class NeuralCf(Dense):
    """NaN for a user without a known item and for an item that the fit didn't see."""

    Params = NeuralCfParams
    params: NeuralCfParams

    def learn(self, log: Log) -> None:
        from twostage.generators.kinds.tower import train

        self.items, place = np.unique(log.item, return_inverse=True)
        if not (log.user[1:] == log.user[:-1]).any():  # nobody's second item: what learned nothing has nothing to say
            self.items = self.items[:0]
        self.tower = self._tower()
        train(self.tower, log.user, place + 1, target(log.total_dur, len(log)), self.params, self.run)

    def tables(self, queries: Queries) -> Iterator[Floats]:
        from twostage.generators.kinds.tower import tables

        history = histories(queries, self.items, self.params.length)
        for block, values in enumerate(tables(self.tower, history)):
            values[~history[block * BLOCK :][: len(values)].any(axis=1)] = np.nan
            table = np.full((len(values), queries.n_items), np.nan, np.float32)
            table[:, self.items] = values
            yield table

    def score(self, queries: Queries, query: Rows, item: Ints) -> Floats:
        """Pairs alone: a table over all items costs tens of times more than the pairs of a union."""
        from twostage.generators.kinds.tower import pairs

        history = histories(queries, self.items, self.params.length)
        place, known = positions(self.items, item)
        known &= np.asarray(history.any(axis=1))[query]
        scores = np.full(len(item), np.nan, np.float32)
        if known.any():
            scores[known] = pairs(self.tower, history, query[known], place[known])
        return scores

    def state(self) -> State:
        return {"items": self.items, **weights_of(self.tower)}

    def restore(self, state: State) -> None:
        self.items = state["items"]
        self.tower = self._tower()
        set_weights(self.tower, state)

    def _tower(self) -> "Tower":
        from twostage.generators.kinds.tower import Tower
        from twostage.generators.kinds.training import seed

        seed(self.run)
        return Tower(len(self.items), self.params.factors)


def target(durations: Floats | None, rows: int) -> Floats:
    """min(1, duration / usual duration); 1 for a watch of unknown duration."""
    if durations is None:
        return np.ones(rows, np.float32)
    shares: Floats = np.nan_to_num(np.minimum(durations / np.float32(usual(durations)), 1), nan=1.0)
    return shares
