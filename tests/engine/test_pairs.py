import tracemalloc

import numpy as np
import pytest

from twostage.engine import pairs
from twostage.engine.pairs import Pairs

N_ITEMS = 30


@pytest.mark.parametrize("least", [pairs.LEAST, 0])
@pytest.mark.parametrize("known", [0, 1, 40, N_ITEMS * N_ITEMS])
def test_a_known_pair_stands_at_its_number_and_any_other_behind_them_all(monkeypatch, least, known):
    monkeypatch.setattr(pairs, "LEAST", least)
    every = np.arange(N_ITEMS * N_ITEMS)
    keys = np.sort(np.random.default_rng(1).permutation(every)[:known])
    found = Pairs(keys, N_ITEMS).places(*np.divmod(every, N_ITEMS))
    expected = np.full(len(every), known)
    expected[keys] = np.arange(known)
    np.testing.assert_array_equal(found, expected)


def test_few_pairs_of_very_many_items_take_no_more_memory_than_their_keys():
    items = 10**6  # marks would take 125 GB
    tracemalloc.start()
    known = Pairs(np.array([3, items + 5]), items)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
    assert known.places(np.array([1, 0, 1]), np.array([5, 3, 3])).tolist() == [1, 0, 2]
