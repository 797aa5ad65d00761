import numpy as np
import pytest

from tests.small import RUN, log
from twostage.generators.kinds import ageing

# Crowds watch items of their own: users 0 to 9 items 0 to 4, users 10 to 19 items 5 to 9. In the last ten of a hundred
# days each user comes back for the one item of the crowd that is still missing.
CROWDS = [
    (user, 5 * (user // 10) + (user + step) % 5, 98 if step == 4 else 80 + step)
    for user in range(20)
    for step in range(5)
]
FIRST = (20, 10, 0)  # so that the log has a hundred days


def tastes(steady: bool) -> list[tuple[int, int, int]]:
    """Users watch what their crowd does: if `steady`, half of the time; else always, and it changes on day 80."""
    rng, rows = np.random.default_rng(0), []
    for user in range(400):
        crowds = [user % 4, user % 4 if steady else (user // 4) % 4]
        for crowd, first, stop, size in ((crowds[0], 0, 80, 12), (crowds[1], 80, 90, 4), (crowds[1], 90, 100, 4)):
            own = rng.random(size) < (0.5 if steady and first < 90 else 1)
            items = np.where(own, 20 * crowd + rng.integers(0, 20, size), rng.integers(0, 80, size))
            rows += zip([user] * size, items.tolist(), rng.integers(first, stop, size).tolist(), strict=True)
    return list({(user, item): (user, item, day) for user, item, day in rows}.values())


def test_a_place_counts_by_its_discount_and_a_user_by_the_mean_of_the_items():
    probe = ageing.Probe(log([FIRST, *CROWDS, (0, 5, 99)]), RUN)
    missing = {user: 5 * (user // 10) + (user + 4) % 5 for user in range(20)}
    named = np.array([[missing[user], 10] for user in range(20)])
    # User 0 has two items, the one named and 5, which isn't.
    assert probe.gain(named) == pytest.approx((19 * 1 + (1 + 0) / 2) / 20)
    assert probe.gain(named[:, ::-1]) == pytest.approx((19 + 0.5) / np.log2(3) / 20)


def test_users_who_come_back_are_named_items_that_they_have_not_watched():
    probe = ageing.Probe(log([FIRST, *CROWDS]), RUN)
    named = probe.named(14)
    assert named.shape == (20, 11)
    for place, user in enumerate(probe.asked):
        own = set(probe.item[probe.user == user].tolist())
        assert len(own) == 4
        assert not own & set(named[place, :7].tolist())  # implicit puts what was watched last


def test_tastes_that_turned_have_a_short_half_life_and_steady_ones_a_long_one():
    turned, steady = log(tastes(steady=False)), log(tastes(steady=True))
    assert ageing.half_life(turned, 365, [5], RUN) == 5
    assert ageing.half_life(turned, 5, [365], RUN) == 5
    assert ageing.half_life(steady, 1, [365], RUN) == 365
    assert ageing.half_life(steady, 365, [1], RUN) == 365


def test_of_half_lives_that_are_nearly_alike_the_given_one_stays(monkeypatch):
    gains = {14: 1.0, 3: 1.15, 60: 1.2, 365: 1.3, 7: 1.25}
    monkeypatch.setattr(ageing.Probe, "foretold", lambda self, half_life: gains[half_life])
    some = log([FIRST, *CROWDS])
    assert ageing.half_life(some, 14, [3], RUN) == 14
    assert ageing.half_life(some, 14, [3, 60, 365, 7], RUN) == 365


def test_without_others_nothing_is_learned(monkeypatch):
    monkeypatch.setattr(ageing, "Probe", None)
    assert ageing.half_life(log([FIRST]), np.inf, [], RUN) == np.inf


@pytest.mark.parametrize("rows", [[(0, 0, 5)], [(0, 0, 1), (1, 1, 5)], [(0, 0, 1), (0, 1, 100)]])
def test_where_nobody_comes_back_for_a_known_item_the_given_one_stays(rows):
    assert ageing.half_life(log(rows), 14, [3, 60], RUN) == 14


def test_it_learns_from_whole_users_those_who_come_back_first(monkeypatch):
    monkeypatch.setattr(ageing, "ROWS", 90)
    loners = [(user, user % 10, 50) for user in range(30, 60)]
    probe = ageing.Probe(log([FIRST, *CROWDS, *loners]), RUN)
    assert np.bincount(probe.user)[probe.asked].tolist() == [4] * 20
    assert len(probe.user) == 20 * 4 + 9  # the next one would be the ninetieth: ROWS is about
