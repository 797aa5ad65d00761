from math import log as ln
from math import sqrt

import numpy as np
import pytest

from tests.small import asked, log, make
from twostage.base.params import Run
from twostage.generators import item_knn
from twostage.generators.item_knn import ItemKnn

# Users 0 and 1 watched items 0 and 1, user 2 items 0 and 2.
ROWS = [(0, 0, 1), (0, 1, 2), (1, 0, 1), (1, 1, 2), (2, 0, 1), (2, 2, 2)]
C01, C02 = 2 / sqrt(3 * 2), 1 / sqrt(3 * 1)


def fitted(rows=ROWS, **values):
    model = make("item_knn", **{"similarity": "cosine"} | values)
    model.fit(log(rows))
    return model


def test_cosines_without_the_item_itself():
    found = fitted().similar.toarray()
    np.testing.assert_allclose(found, [[0, C01, C02], [C01, 0, 0], [C02, 0, 0]], rtol=1e-6)


def test_of_equally_similar_items_the_lower_codes_are_kept():
    rows = [(user, item, 1) for user in range(3) for item in range(10)]
    found = fitted(rows, neighbours=3).similar
    assert [found[item].indices.tolist() for item in (0, 5, 9)] == [[1, 2, 3], [0, 1, 2], [0, 1, 2]]


def test_a_repeated_watch_counts_once():
    again = fitted([*ROWS, (2, 2, 3), (2, 2, 4)])
    np.testing.assert_array_equal(again.similar.toarray(), fitted().similar.toarray())


def test_tfidf_weighs_users_by_how_few_items_they_watched():
    # Of 5 items user 0 watched two, user 1 three: log(5) - log(1 + n). Item 5 has no row.
    rows = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (1, 2, 1), (2, 4, 1), (3, 6, 1)]
    two, three = ln(5 / 3), ln(5 / 4)
    found = fitted(rows, similarity="tfidf").similar.toarray()
    assert found[0, 1] == pytest.approx(1)
    assert found[0, 2] == pytest.approx(three / sqrt(two**2 + three**2))


def test_bm25_lets_popular_items_weigh_less():
    rows = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (1, 2, 1), (2, 4, 1), (3, 6, 1)]
    # 7 watches of 5 items: the mean is 7 / 5. Items 0 and 1 have two, item 2 has one.
    weight = {n: (1.2 + 1) / (1.2 * (0.25 + 0.75 * n / (7 / 5)) + 1) for n in (1, 2)}
    found = fitted(rows, similarity="bm25").similar.toarray()
    assert found[0, 1] == pytest.approx(weight[2] ** 2 * (ln(5 / 3) ** 2 + ln(5 / 4) ** 2))
    assert found[0, 2] == pytest.approx(weight[2] * weight[1] * ln(5 / 4) ** 2)


def test_an_item_whose_users_weigh_nothing_has_no_neighbours(monkeypatch):
    # Whether log(3) - log(1 + 2) is 0 is up to the processor, so the weights are put to 0: each item's are 0 / 0.
    monkeypatch.setattr(item_knn, "tfidf_weight", lambda watched: watched * 0.0)
    found = fitted([(0, 0, 1), (0, 1, 2), (1, 2, 3)], similarity="tfidf").similar
    assert found.nnz == 0


@pytest.mark.parametrize("similarity", ["cosine", "tfidf", "bm25"])
def test_threads_change_no_byte(similarity):
    rng = np.random.default_rng(0)
    rows = log([(user, int(item), 1) for user in range(60) for item in rng.choice(30, 5, replace=False)])
    one = make("item_knn", similarity=similarity, neighbours=5)
    two = ItemKnn(one.params, Run(seed=17, threads=2, memory="1GB"))
    one.fit(rows)
    two.fit(rows)
    assert one.similar.nnz == 30 * 5
    assert [a.tobytes() for a in one.state().values()] == [a.tobytes() for a in two.state().values()]


@pytest.mark.parametrize("similarity", ["euclid", "Cosine"])
def test_an_unknown_similarity_is_answered_with_the_known_ones(similarity):
    with pytest.raises(ValueError, match="'cosine', 'tfidf' or 'bm25'"):
        make("item_knn", similarity=similarity)


def test_the_score_is_the_sum_over_the_history_as_of_the_day():
    history = log([*ROWS, (9, 1, 5), (9, 2, 6), (9, 0, 7)])
    queries = asked([(9, 6), (9, 7), (9, 8)], history)
    found = fitted().score(queries, np.array([0, 1, 2]), np.zeros(3, dtype=np.int32))
    np.testing.assert_allclose(found, [C01, C01 + C02, C01 + C02], rtol=1e-6)
