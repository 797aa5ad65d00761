import numpy as np
import pytest

from tests.small import asked, every_pair, log, make
from twostage.base.errors import InputError
from twostage.generators.ease import weights

# Users 0 to 3: {0, 1}, {0, 1}, {0, 2}, {1}.
ROWS = [(0, 0, 10), (0, 1, 11), (1, 0, 10), (1, 1, 11), (2, 0, 10), (2, 2, 12), (3, 1, 10)]
TOGETHER = np.array([[3.0, 2, 1], [2, 3, 0], [1, 0, 1]])


def expected(regularization: float) -> np.ndarray:
    inverse = np.linalg.inv(TOGETHER + regularization * np.eye(3))
    found = np.eye(3) - inverse / np.diag(inverse)
    assert (np.abs(np.diag(found)) < 1e-12).all()
    return found


@pytest.mark.parametrize("regularization", [0.5, 1.0, 100.0])
def test_weights_are_those_of_the_closed_form(regularization):
    model = make("ease", regularization=regularization)
    model.fit(log(ROWS))
    np.testing.assert_allclose(model.weights, expected(regularization), atol=1e-6)
    assert (np.diag(model.weights) == 0).all()


def test_weights_of_two_items_by_hand():
    # G = [[3, 2], [2, 3]]; its inverse is [[3, -2], [-2, 3]] / 5, so B = [[0, 2/3], [2/3, 0]].
    np.testing.assert_allclose(weights(np.array([[2.0, 2], [2, 2]]), 1.0), [[0, 2 / 3], [2 / 3, 0]], rtol=1e-6)


def test_a_score_is_the_sum_of_the_rows_of_the_history_as_of_the_day():
    model = make("ease", regularization=1.0)
    model.fit(log(ROWS))
    queries = asked([(9, 21), (9, 22), (9, 20)], log([*ROWS, (9, 0, 20), (9, 2, 21)]))
    scores = model.score(queries, *every_pair(queries)).reshape(3, 3)
    b = expected(1.0)
    np.testing.assert_allclose(scores[:2], [b[0], b[0] + b[2]], atol=1e-6)
    assert np.isnan(scores[2]).all()


def test_a_regularization_too_small_for_an_inverse_is_named():
    with pytest.raises(InputError, match=r"ease\.regularization = 1e-17: .* expected a larger one"):
        weights(np.array([[3.0, 3], [3, 3]]), 1e-17)


def test_more_items_than_max_items_are_refused_with_both_numbers():
    with pytest.raises(InputError, match=r"ease\.max_items = 2: the log has 3 items"):
        make("ease", max_items=2).fit(log(ROWS))


def test_max_items_itself_is_allowed():
    make("ease", max_items=3).fit(log(ROWS))
