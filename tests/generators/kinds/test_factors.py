from typing import Any

import numpy as np
import pytest

from tests.small import RUN, asked, log
from twostage.base.blocks import BLOCK
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import GeneratorParams
from twostage.past.asof import Queries
from twostage.past.log import Floats

N_ITEMS, FACTORS = 1000, 64


class Given(Factors):
    """Vectors that are handed to it: a query's is that of its user."""

    user_vectors: Floats

    def query_vectors(self, queries: Queries) -> Floats:
        return self.user_vectors[queries.user]

    def learn(self, log: Any) -> None: ...

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: Any) -> None: ...


@pytest.fixture
def close() -> Given:
    """Products that differ in their last bits alone, if at all: the order of adding up decides which is higher."""
    rng = np.random.default_rng(0)
    model = Given(GeneratorParams(), RUN)
    model.items = np.arange(N_ITEMS, dtype=np.int32)
    one = rng.standard_normal(FACTORS)
    model.item_vectors = (one * (1 + 1e-7 * rng.standard_normal((N_ITEMS, FACTORS)))).astype(np.float32)
    model.user_vectors = rng.standard_normal((BLOCK + 20, FACTORS)).astype(np.float32)
    return model


@pytest.fixture
def queries() -> Queries:
    return asked([(user, 20) for user in range(BLOCK + 20)], log([(0, N_ITEMS - 1, 10)]))


def test_lists_of_nearly_equal_scores_are_those_of_the_pairs_to_the_bit(close, queries):
    pairs = np.divmod(np.arange(len(queries) * N_ITEMS), N_ITEMS)
    scores = close.score(queries, pairs[0], pairs[1].astype(np.int32)).reshape(len(queries), N_ITEMS)
    assert (np.diff(np.sort(scores, axis=1)[:, -20:], axis=1) == 0).any()
    lists = close.retrieve(queries, 20, exclude_seen=False)
    wanted = np.argsort(-scores, axis=1, kind="stable")[:, :20]
    np.testing.assert_array_equal(lists.items, wanted)
    np.testing.assert_array_equal(lists.scores, np.take_along_axis(scores, wanted, axis=1))


def test_lists_of_nearly_equal_scores_are_the_same_in_any_company(close, queries):
    lists = close.retrieve(queries, 20, exclude_seen=False)
    for places in (np.arange(len(queries))[::-1], np.arange(7, 40), np.array([BLOCK + 3])):
        part = close.retrieve(queries.at(places), 20, exclude_seen=False)
        np.testing.assert_array_equal(part.items, lists.items[places])
        np.testing.assert_array_equal(part.scores, lists.scores[places])
