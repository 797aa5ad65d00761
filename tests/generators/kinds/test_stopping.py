import numpy as np
import pytest

from tests.small import asked, log, make
from twostage.generators.kinds.exam import Exam
from twostage.generators.kinds.stopping import best_stop


def circles(users: int) -> list[tuple[int, int, int]]:
    return [(user, (user + step) % 12, 10 + step) for user in range(users) for step in range(5)]


QUICK = {"factors": 16, "batch": 32, "negatives": 8, "dropout": 0.0, "learning_rate": 0.01, "epochs": 40}


def test_the_step_with_the_lowest_loss_is_named(monkeypatch):
    losses = iter([5.0, 3.0, 4.0, 3.5])  # the last one after 35 steps
    monkeypatch.setattr(Exam, "loss", lambda *_: next(losses))
    assert best_stop(make("sasrec", max_steps=35, **QUICK), log(circles(30)), 14, every=10) == 20


def test_a_course_that_is_best_at_its_end_is_not_stopped(monkeypatch):
    losses = iter([5.0, 3.0, 4.0, 2.5])
    monkeypatch.setattr(Exam, "loss", lambda *_: next(losses))
    assert best_stop(make("sasrec", max_steps=35, **QUICK), log(circles(30)), 14, every=10) is None


def test_what_is_held_back_teaches_nothing():
    model = make("sasrec", max_steps=10, **QUICK)
    rows = [*circles(30), (0, 70, 14)]  # item 70 has its only row on the day held back
    best_stop(model, log(rows), 14, every=5)
    assert model.last_day == 13
    assert 70 not in model.items
    alone = make("sasrec", max_steps=10, **QUICK)
    alone.fit(log(rows).before(14))
    assert alone.item_vectors.tobytes() == model.encoder.item_vectors().tobytes()


@pytest.mark.parametrize(("start", "every"), [(14, 11), (10, 1)], ids=["no look in time", "nothing before"])
def test_without_a_look_or_a_user_there_is_no_stop(start, every):
    rows = [(user, user, 10) for user in range(5)] + [(user, user, 20) for user in range(5, 9)]
    some = log(circles(30)) if start == 14 else log(rows)
    assert best_stop(make("sasrec", max_steps=10, **QUICK), some, 14, every) is None


def test_a_fit_that_stops_is_that_of_fewer_steps_of_the_same_course(monkeypatch):
    values = {"max_steps": 30, **QUICK}
    stopped = make("sasrec", stop_days=1, stop_every=5, **values)
    monkeypatch.setattr("twostage.generators.sasrec.best_stop", lambda *_: 5)
    stopped.fit(log(circles(30)))
    expected, whole = make("sasrec", **values), make("sasrec", **values)
    expected.last_day = 14
    expected.teach(log(circles(30)), stop=5)
    whole.fit(log(circles(30)))
    assert stopped.item_vectors.tobytes() == expected.encoder.item_vectors().tobytes() != whole.item_vectors.tobytes()


def test_a_log_of_no_more_days_than_are_held_back_is_learned_whole():
    values = {"max_steps": 30, **QUICK}
    short, whole = make("sasrec", stop_days=5, stop_every=5, **values), make("sasrec", **values)
    for model in (short, whole):
        model.fit(log(circles(30)))  # days 10 to 14
    assert short.item_vectors.tobytes() == whole.item_vectors.tobytes()


def test_two_fits_that_stop_themselves_are_the_same_to_the_bit():
    found = []
    for _ in range(2):
        model = make("sasrec", stop_days=1, stop_every=5, max_steps=30, **QUICK)
        model.fit(log(circles(30)))
        found.append(
            model.score(asked([(3, 30)], log(circles(30))), np.zeros(12, np.int64), np.arange(12, dtype=np.int32))
        )
    assert found[0].tobytes() == found[1].tobytes()
