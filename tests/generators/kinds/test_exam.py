import numpy as np
import pytest

from tests.small import RUN, log
from twostage.generators.kinds.exam import Exam

ITEMS = np.array([0, 2, 5], dtype=np.int32)
# Days from 20 on are held back. User 3 has no row before them, user 4 none among them, item 9 isn't known.
ROWS = [(1, 0, 10), (1, 2, 20), (1, 5, 21), (2, 5, 19), (2, 0, 25), (2, 9, 25), (3, 0, 30), (4, 0, 5), (5, 2, 5)]
ROWS += [(5, 9, 30)]


def test_users_with_a_row_on_both_sides_are_asked_on_the_first_day_held_back():
    exam = Exam(log(ROWS), 20, ITEMS, RUN)
    assert exam.queries.user.tolist() == [1, 2]
    assert exam.queries.day.tolist() == [20, 20]
    assert exam.query.tolist() == [0, 0, 1]
    assert exam.place.tolist() == [1, 2, 0]


@pytest.mark.parametrize("block", [1, 100])
def test_the_loss_by_hand(monkeypatch, block):
    monkeypatch.setattr("twostage.generators.kinds.exam.BLOCK", block)
    exam = Exam(log(ROWS), 20, ITEMS, RUN)
    # Logits 0, ln 2, ln 5 for user 1 (items 2 and 5), 0, 0, 0 for user 2 (item 0).
    users = np.array([[1, 1], [0, 0]], dtype=np.float32)
    items = np.array([[0, 0], [np.log(2), 0], [0, np.log(5)]], dtype=np.float32)
    expected = (-(np.log(2 / 8) + np.log(5 / 8)) / 2 - np.log(1 / 3)) / 2
    assert exam.loss(users, items) == pytest.approx(expected, rel=1e-6)


def test_of_more_users_as_many_are_drawn_by_the_seed(monkeypatch):
    monkeypatch.setattr("twostage.generators.kinds.exam.USERS", 3)
    rows = [(user, item, day) for user in range(20) for item, day in ((0, 10), (2, 20))]
    drawn = [Exam(log(rows), 20, ITEMS, RUN.model_copy(update={"seed": seed})).queries.user for seed in (1, 1, 2)]
    assert [len(np.unique(users)) for users in drawn] == [3, 3, 3]
    assert drawn[0].tolist() == drawn[1].tolist() != drawn[2].tolist()
