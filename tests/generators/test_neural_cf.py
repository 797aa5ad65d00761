import numpy as np
import pytest

from tests.small import asked, every_pair, log, make
from twostage.generators.kinds.tower import Tower
from twostage.generators.neural_cf import target

# Two tastes: users 0 to 19 watch three of items 0 to 3, users 20 to 39 three of items 4 to 7. Item 1 is watched
# for a tenth of the time.
TASTES = [
    (user, item, 10 + item)
    for user in range(40)
    for item in (range(4) if user < 20 else range(4, 8))
    if item % 4 != user % 4
]
NEWCOMER = [(50, 0, 30), (50, 99, 31), (51, 0, 30)]


@pytest.fixture(scope="module")
def fitted():
    model = make("neural_cf", epochs=100, max_steps=300, batch=40, negatives=8, learning_rate=0.01)
    model.fit(log(TASTES, total_dur=[10 if item == 1 else 100 for _, item, _ in TASTES]))
    return model


def scores(model, pairs):
    queries = asked(pairs, log(TASTES + NEWCOMER))
    return model.score(queries, *every_pair(queries)).reshape(len(pairs), -1)


def test_the_items_of_a_newcomers_taste_come_first_but_for_those_watched_briefly(fitted):
    (row,) = scores(fitted, [(50, 31)])
    assert row[[2, 3]].min() > row[4:8].max()
    assert row[1] < row[[2, 3]].min()


def test_scores_are_shares_of_the_usual_duration(fitted):
    (row,) = scores(fitted, [(50, 31)])
    assert ((row[:8] >= 0) & (row[:8] <= 1)).all()


def test_items_that_it_does_not_know_are_skipped_and_have_no_score(fitted):
    with_unknown, without = scores(fitted, [(50, 40), (51, 40)])
    assert with_unknown.tobytes() == without.tobytes()
    assert np.isnan(without[99])


def test_the_tower_is_the_sum_of_its_parts_and_then_two_layers(fitted):
    weights = {name: value.numpy() for name, value in fitted.tower.state_dict().items()}

    def layer(x, name):
        return x @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", 0)

    # The history is item 0, at position 1; the pair's item is 5, at position 6.
    hidden = layer(weights["watched.weight"][1], "user_part") + layer(weights["item.weight"][6], "item_part")
    out = layer(np.maximum(layer(np.maximum(hidden, 0), "rest.1"), 0), "rest.3")
    assert (len(hidden), len(layer(np.maximum(hidden, 0), "rest.1"))) == (64, 32)
    np.testing.assert_allclose(scores(fitted, [(50, 31)])[0, 5], 1 / (1 + np.exp(-out[0])), rtol=1e-5)


def test_targets_by_hand():
    # The usual duration is 100.
    durations = np.array([0, 50, 100, 400, np.nan, 100], dtype=np.float32)
    assert target(durations, 6).tolist() == [0, 0.5, 1, 1, 1, 1]
    assert target(None, 2).tolist() == [1, 1]


def test_what_stands_before_a_row_alone_is_its_user(monkeypatch):
    seen = []
    users = Tower.users
    monkeypatch.setattr(Tower, "users", lambda tower, history: seen.append(history.numpy()) or users(tower, history))
    # Every row has an item of its own: one that stood in its own history would be there in the last place.
    rows = [(user, 4 * user + place, 10 + place) for user in range(3) for place in range(4)]
    make("neural_cf", epochs=1, batch=100).fit(log(rows))
    (histories,) = seen
    assert sorted(histories.max(axis=1).tolist()) == [4 * user + place for user in range(3) for place in (1, 2, 3)]
