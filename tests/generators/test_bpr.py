import numpy as np
import pytest

from tests.small import asked, every_pair, log, make
from twostage.base.errors import InputError

# Two tastes: users 0 to 9 watch three of items 0 to 3, users 10 to 19 three of items 4 to 7.
TASTES = [
    (user, item, 10 + item)
    for user in range(20)
    for item in (range(4) if user < 10 else range(4, 8))
    if item % 4 != user % 4
]
NEWCOMER = [(30, 0, 30), (30, 4, 40), (30, 99, 41)]


def model(threads=1):
    fitted = make("bpr", factors=4, iterations=100, learning_rate=0.05)
    fitted.run = fitted.run.model_copy(update={"threads": threads})
    fitted.fit(log(TASTES))
    return fitted


def test_a_newcomer_is_the_mean_of_his_items_that_it_knows_as_of_the_day():
    fitted = model()
    fitted.item_vectors = np.arange(40, dtype=np.float32).reshape(8, 5)  # the last of each row is the bias
    queries = asked([(30, 30), (30, 31), (30, 50)], log(TASTES + NEWCOMER))
    # Items 0 and 4: [0, 1, 2, 3] and [20, 21, 22, 23].
    expected = [[0, 0, 0, 0, 0], [0, 1, 2, 3, 1], [10, 11, 12, 13, 1]]
    np.testing.assert_array_equal(fitted.query_vectors(queries), expected)
    # Item 1 is [5, 6, 7, 8] with bias 9: 6 + 14 + 24 + 9.
    assert fitted.score(queries, np.array([1]), np.array([1], dtype=np.int32)).tolist() == [53]


def test_the_items_of_a_newcomers_taste_come_first():
    queries = asked([(30, 31)], log(TASTES + NEWCOMER))
    scores = model().score(queries, *every_pair(queries))[:8]
    assert scores[:4].min() > scores[4:].max()


def test_it_repeats_whatever_the_threads_of_the_run():
    assert model(threads=2).item_vectors.tobytes() == model().item_vectors.tobytes()


def test_steps_that_are_too_long_are_one_line():
    with pytest.raises(InputError, match=r"bpr\.learning_rate = 1000000\.0: .* lower it"):
        make("bpr", learning_rate=1e6).fit(log(TASTES))


@pytest.mark.parametrize(
    ("most", "passes", "said"), [(10**9, 100, ""), (10 * 60 + 59, 10, "10 of 100 passes"), (1, 1, "1 of 100 passes")]
)
def test_a_long_log_has_fewer_passes(most, passes, said):
    bounded = make("bpr", factors=4, iterations=100, max_samples=most)
    bounded.fit(log(TASTES))
    assert (bounded.passes, bounded.chosen()) == (passes, said)
    plain = make("bpr", factors=4, iterations=passes)
    plain.fit(log(TASTES))
    np.testing.assert_array_equal(bounded.item_vectors, plain.item_vectors)
