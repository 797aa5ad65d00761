from math import log2

import numpy as np
import pytest

from tests.proof.cases import LISTS, small
from twostage.proof import leads as module
from twostage.proof.leads import leads

K = 2


def test_horizon_by_hand():
    block = leads(small(), ["fusion"], K)["horizon"]["all"]["fusion"]
    # Ranker: 1; second of two; 1. Fusion: second; first of two; nothing.
    ideal = 1 + 1 / log2(3)
    differences = [1 - 1 / log2(3), (1 / log2(3) - 1) / ideal, 1]
    assert block["ndcg"] == pytest.approx(sum(differences) / 3)
    low, high = block["ndcg_interval"]
    assert min(differences) <= low <= block["ndcg"] <= high <= max(differences)
    # Sizes .37, .23, 1: as far from 0 as .37 - .23 + 1 are all with the first and the last alike: 4 of 8.
    assert block["ndcg_p"] == pytest.approx(4 / 8)


def test_a_users_daily_queries_are_one_draw():
    block = leads(small(), ["fusion"], K)["daily"]["all"]["fusion"]
    # MAP by query: 0; 1 and 1 - 1/2 of user 1; 1. Two users differ, so 4 outcomes, 2 of them as far.
    assert block["map"] == pytest.approx(2.5 / 4)
    assert block["map_p"] == pytest.approx(2 / 4)


def test_holm_over_every_test_of_the_report():
    report = leads(small(), ["fusion", "scores_only"], K)
    assert report["tests"] == 2 * 3 * 2 * 2  # protocols, segments, systems, measures
    tests = [
        (block[f"{name}_p"], block[f"{name}_holm"])
        for protocol in ("horizon", "daily")
        for segment in report[protocol].values()
        for block in segment.values()
        for name in ("ndcg", "map")
    ]
    # The smallest p is .5, times 24: nothing can be told of three users.
    assert min(p for p, _ in tests) == 0.5
    assert {corrected for _, corrected in tests} == {1}


def test_each_p_has_its_own_correction(monkeypatch):
    given = iter(np.random.default_rng(0).permutation(np.arange(1, 25)) / 1000)
    monkeypatch.setattr(module, "p_values", lambda table, *_: np.array([next(given) for _ in range(table.shape[1])]))
    report = leads(small(), ["fusion", "scores_only"], K)
    # The n-th smallest, n / 1000, is one of the 25 - n that are left; none is below the one before it.
    corrected = dict(zip(range(1, 25), np.maximum.accumulate([n * (25 - n) / 1000 for n in range(1, 25)]), strict=True))
    for protocol in ("horizon", "daily"):
        for segment in report[protocol].values():
            for block in segment.values():
                for name in ("ndcg", "map"):
                    assert block[f"{name}_holm"] == pytest.approx(corrected[round(1000 * block[f"{name}_p"])])


def test_cold_users_stand_alone():
    found = leads(small(), ["fusion"], K)
    # The one cold user's item is the ranker's first and isn't in the other list; one sign, so two ways, both as far.
    for protocol in ("horizon", "daily"):
        block = found[protocol]["cold"]["fusion"]
        assert (block["ndcg"], block["ndcg_interval"], block["ndcg_p"]) == (1, [1, 1], 1)


def test_a_system_that_lists_the_same_differs_in_nothing():
    block = leads(small(LISTS | {"twin": LISTS["ranker"]}), ["twin"], K)["horizon"]["warm"]["twin"]
    assert block == {
        **{"ndcg": 0, "ndcg_interval": [0, 0], "ndcg_p": 1, "ndcg_holm": 1},
        **{"map": 0, "map_interval": [0, 0], "map_p": 1, "map_holm": 1},
    }
