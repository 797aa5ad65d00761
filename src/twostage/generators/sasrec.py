"""Self-attention over a user's last items, trained to name the next one.

Kang, McAuley 2018, "Self-attentive sequential recommendation", with a softmax over the true item and
negatives that a batch shares in place of one negative a place (Klenitskiy, Vasilev 2023, "Turning dross
into gold loss: is BERT4Rec really better than SASRec?").
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, model_validator

from twostage.base.params import Run
from twostage.generators.kinds import ageing
from twostage.generators.kinds.categories import item_values
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import State
from twostage.generators.kinds.network import NetworkParams, set_weights, weights_of
from twostage.generators.kinds.sequences import PADDING, gaps, histories, windows
from twostage.generators.kinds.stopping import best_stop
from twostage.past.asof import Queries
from twostage.past.log import Floats, Log

if TYPE_CHECKING:  # torch takes seconds to import: only fitting and encoding do
    from twostage.generators.kinds.attention import SequenceEncoder


class SasrecParams(NetworkParams):
    section = "sasrec"
    factors: int = Field(ge=2)
    length: int = Field(ge=2)
    blocks: int = Field(ge=1)
    heads: int = Field(ge=1)
    half_life: float = Field(ge=1)
    instead: list[Annotated[float, Field(ge=1)]]
    same_day: float = Field(gt=0, le=1)
    dropout: float = Field(ge=0, le=0.99)
    negatives: int = Field(ge=1)
    categories: bool
    stop_days: int | None = Field(ge=1)
    stop_every: int = Field(ge=1)

    @model_validator(mode="after")
    def _check(self) -> "SasrecParams":
        if self.factors % self.heads:
            raise ValueError(f"factors {self.factors} must be a multiple of heads {self.heads}")
        if self.stop_days is not None and self.stop_every > self.max_steps:
            raise ValueError(f"stop_every {self.stop_every} is over max_steps {self.max_steps}: it would never look")
        return self


class Sasrec(Factors):
    """A query's vector is the encoding of its last `length` known items."""

    Params = SasrecParams
    params: SasrecParams

    def __init__(self, params: SasrecParams, run: Run) -> None:
        super().__init__(params, run)
        self.half_life = params.half_life

    def learn(self, log: Log) -> None:
        self.half_life = ageing.half_life(self.tried_on, self.params.half_life, self.params.instead, self.run)
        stop, days = None, self.params.stop_days
        if days is not None and log.day.min() <= self.last_day - days:
            probe = Sasrec(self.params, self.run)
            probe.half_life = self.half_life
            stop = best_stop(probe, log, self.last_day + 1 - days, self.params.stop_every)
        self.teach(log, stop)
        self.item_vectors = self.encoder.item_vectors()

    def chosen(self) -> str:
        return f"{ageing.words(self.half_life)}, {self.steps} steps"

    def teach(self, log: Log, stop: int | None = None, look: Callable[[int], None] | None = None) -> None:
        """Learn from a log whose last day is `last_day`; for `stop` and `look` see `training.fit`."""
        from twostage.generators.kinds.next_item import Lessons, train

        self.items, place = np.unique(log.item, return_inverse=True)
        rows = windows(log.user, self.params.length)
        age = 0.5 ** ((self.last_day - log.day) / self.half_life)
        recent = np.bincount(place + 1, age)
        popularity = (recent / recent.sum() + 1 / len(self.items)) / 2
        popularity[PADDING] = 0
        items = np.where(rows < 0, PADDING, place[rows] + 1)
        # Each target of a window speaks with the age of the last one.
        shares = ((rows >= 0).sum(axis=1) - 1) * age[rows[:, -1]]
        lessons = Lessons(items, log.day[rows].astype(np.int64), shares, popularity)
        if not len(rows):  # nobody watched a second item: a network that learned nothing has nothing to say
            self.items = self.items[:0]
        if self.params.categories:
            self.values = item_values(log.about)[np.r_[PADDING, self.items + 1]]
        self.encoder = self._encoder()
        self.steps = train(self.encoder, lessons, self.params, self.run, stop, look)

    def query_vectors(self, queries: Queries) -> Floats:
        from twostage.generators.kinds.attention import encode

        length = self.params.length
        tables = histories(queries, self.items, length), gaps(queries, self.items, length)
        states = encode(self.encoder, *tables)
        vectors: Floats = np.c_[states, states.any(axis=1).astype(np.float32)]  # a 1 for the bias
        return vectors

    def state(self) -> State:
        chosen = {"half_life": np.array(self.half_life), "steps": np.array(self.steps)}
        return {"items": self.items, **chosen, **weights_of(self.encoder)}

    def restore(self, state: State) -> None:
        self.items = state["items"]
        self.half_life, self.steps = float(state["half_life"]), int(state["steps"])
        if self.params.categories:
            self.values = state["net.values"]
        self.encoder = self._encoder()
        set_weights(self.encoder, state)
        self.item_vectors = self.encoder.item_vectors()

    def _encoder(self) -> "SequenceEncoder":
        from torch import from_numpy

        from twostage.generators.kinds.attention import SequenceEncoder
        from twostage.generators.kinds.training import seed

        p, values = self.params, from_numpy(self.values) if self.params.categories else None
        seed(self.run)
        return SequenceEncoder(len(self.items), p.factors, p.length, p.blocks, p.heads, p.dropout, values)
