"""Self-attention over a user's last items, trained to name the next one.

Kang, McAuley 2018, "Self-attentive sequential recommendation", with a softmax over the true item and
negatives that a batch shares in place of one negative a place (Klenitskiy, Vasilev 2023, "Turning dross
into gold loss: is BERT4Rec really better than SASRec?").
"""

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator

from twostage.asof import Queries
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.generators.kinds.sequences import PADDING, histories, last_items
from twostage.generators.kinds.weights import set_weights, weights_of
from twostage.log import Floats, Log

if TYPE_CHECKING:  # torch takes seconds to import: only fitting and encoding do
    from twostage.generators.kinds.attention import SequenceEncoder


class SasrecParams(GeneratorParams):
    section = "sasrec"
    factors: int = Field(ge=2)
    blocks: int = Field(ge=1)
    heads: int = Field(ge=1)
    length: int = Field(ge=2)
    dropout: float = Field(ge=0, lt=1)
    batch: int = Field(ge=1)
    negatives: int = Field(ge=1)
    epochs: int = Field(ge=1)
    max_steps: int = Field(ge=1)
    learning_rate: float = Field(gt=0)

    @model_validator(mode="after")
    def _check(self) -> "SasrecParams":
        if self.factors % self.heads:
            raise ValueError(f"factors {self.factors} must be a multiple of heads {self.heads}")
        return self


class Sasrec(Factors):
    """A query's vector is the encoding of its last `length` known items."""

    Params = SasrecParams
    params: SasrecParams

    def learn(self, log: Log) -> None:
        from twostage.generators.kinds.attention import train

        self.items, place = np.unique(log.item, return_inverse=True)
        sequences = last_items(log.user, place + 1, self.params.length + 1)
        self.encoder = self._encoder()
        train(self.encoder, sequences[(sequences != PADDING).sum(axis=1) > 1], self.params, self.run)
        self._freeze()

    def query_vectors(self, queries: Queries) -> Floats:
        from twostage.generators.kinds.attention import encode

        return encode(self.encoder, histories(queries, self.items, self.params.length), self.run)

    def state(self) -> State:
        return {"items": self.items, **weights_of(self.encoder)}

    def restore(self, state: State) -> None:
        self.items = state["items"]
        self.encoder = self._encoder()
        set_weights(self.encoder, state)
        self._freeze()

    def _encoder(self) -> "SequenceEncoder":
        from twostage.generators.kinds.attention import SequenceEncoder
        from twostage.generators.kinds.training import seeded

        p = self.params
        with seeded(self.run):
            return SequenceEncoder(len(self.items), p.factors, p.length, p.blocks, p.heads, p.dropout)

    def _freeze(self) -> None:
        self.encoder.eval()
        self.item_vectors = self.encoder.embedding.weight.detach().numpy()[1:]
