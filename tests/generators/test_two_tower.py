import numpy as np
import pandas as pd
import pytest
import torch

from tests.small import asked, every_pair, ids, interactions, log, make
from twostage.generators.kinds.sequences import preceding
from twostage.generators.kinds.towers import Towers, batch_loss
from twostage.generators.two_tower import days_since_last, gap_code, user_segments
from twostage.past.attributes import Attributes
from twostage.past.log import Log, from_table

# Women (even users) watch comedies (items 0 to 3), men dramas (4 to 7), each leaving one out. Item 8 is a comedy and
# 9 a drama, both without a row before day 40; nothing is known of item 10. Users 40 and 41 have no row before day 50.
ROWS = [
    (user, item, 10 + item)
    for user in range(40)
    for item in (range(4) if user % 2 == 0 else range(4, 8))
    if item % 4 != user // 2 % 4
]
LATE = [(0, 8, 40), (1, 9, 40), (2, 10, 40), (40, 8, 50)]
USERS = pd.DataFrame({"user_id": range(42), "sex": ["F", "M"] * 21})
GENRES = ["Comedy"] * 4 + ["Drama"] * 4 + ["Comedy", "Drama", None]
ITEMS = pd.DataFrame({"item_id": range(11), "genres": pd.array(GENRES, dtype="string")})


def everything() -> Log:
    return from_table(interactions(ROWS + LATE), Attributes(USERS, ITEMS))


def model(**values):
    slow = {"epochs": 200, "max_steps": 300, "batch": 30, "hide": 0.3, "learning_rate": 0.01}
    fitted = make("two_tower", **slow | values)
    fitted.fit(everything().before(40))
    return fitted


@pytest.fixture(scope="module")
def fitted():
    return model()


def test_a_batch_of_one_row_is_a_batch():
    rows = len(everything().before(40))
    fitted = make("two_tower", epochs=1, batch=rows - 1, learning_rate=0.01)
    fitted.fit(everything().before(40))
    assert fitted.retrieve(asked([(0, 40)], everything()), 3, True).items.min() >= 0


def scores(model, pairs):
    queries = asked(pairs, everything())
    return model.score(queries, *every_pair(queries)).reshape(len(pairs), -1)


def test_a_cold_user_is_served_by_segment(fitted):
    woman, man = scores(fitted, [(40, 40), (41, 40)])
    # A first watch is the first or second item of the user's taste.
    assert woman[:2].min() > woman[4:8].max()
    assert man[4:6].min() > man[:4].max()


def test_a_new_item_is_served_by_its_attributes_once_it_has_a_row_before_the_day(fitted):
    early, late = scores(fitted, [(3, 40), (3, 41)])
    assert np.isnan(early[8:]).all()
    assert late[9] > late[:4].max()  # a drama for a man
    assert late[8] < late[4:8].min()  # a comedy
    assert np.isnan(late[10])
    np.testing.assert_array_equal(early[:8], late[:8])


def test_with_cold_items_the_attributes_alone_are_enough():
    rows = scores(model(cold_items=True, max_steps=2), [(3, 40)])
    assert np.isnan(rows[0]).tolist() == [False] * 10 + [True]


def test_hiding_ids_in_training_makes_attributes_speak_louder():
    """Of new items, which have nothing else: how much more a woman than a man is named the comedy over the drama."""

    def told(hide):
        woman, man = scores(model(hide=hide, cold_items=True), [(0, 40), (1, 40)])
        return (woman[8] - woman[9]) - (man[8] - man[9])

    assert told(0.5) > 1.1 * told(0.0)


def test_places_of_the_history_are_weighed(fitted):
    *earlier, last = fitted.towers.place.tolist()[-2:]
    assert abs(last - earlier[0]) > 0.5  # beside each other in the histories of three items


def test_days_since_the_last_row_are_learned_from():
    """After item 0 half of the users watch 1 on the next day, half of them 2 after 50 days."""
    rows = [(user, 0, 10) for user in range(60)]
    rows += [(user, 1, 11) if user % 2 else (user, 2, 60) for user in range(60)]
    fitted = make("two_tower", epochs=200, max_steps=300, batch=40, hide=0.1, learning_rate=0.01)
    fitted.fit(log(rows))
    queries = asked([(70, 71), (71, 120)], log([*rows, (70, 0, 70), (71, 0, 70)]))
    soon, late = fitted.score(queries, *every_pair(queries)).reshape(2, -1)
    assert soon[1] > soon[2]
    assert late[2] > late[1]


def test_an_item_of_the_history_that_the_fit_did_not_see_speaks_by_its_attributes(fitted):
    empty, comedy = scores(fitted, [(40, 50), (40, 51)])
    assert (empty[:8] != comedy[:8]).all()


def test_only_the_last_items_up_to_its_length_are_read():
    some = model(max_steps=2, length=2)
    log = from_table(
        interactions([(0, 3, 1), (0, 0, 2), (0, 1, 3), (2, 7, 1), (2, 0, 2), (2, 1, 3)]), Attributes(USERS, ITEMS)
    )
    queries = asked([(0, 9), (2, 9)], log)
    rows = some.score(queries, *every_pair(queries)).reshape(2, -1)
    assert rows[0].tobytes() == rows[1].tobytes()


def test_the_loss_by_hand():
    products = torch.tensor([[2.0, 0.5, 1.0], [0.3, 1.0, 0.2], [0.0, 0.4, 3.0]])
    # Rows 0 and 2 share an item, of half of all rows; the item of row 1 has a tenth.
    target, share = torch.tensor([1, 2, 1]), np.array([1.0, 0.5, 0.1])
    logits = products.numpy() - np.log(share)[target.numpy()]
    rows = [(0, [0, 1]), (1, [0, 1, 2]), (2, [1, 2])]
    expected = np.mean([np.log(np.exp(logits[row, some]).sum()) - logits[row, row] for row, some in rows])
    found = batch_loss(products, target, torch.from_numpy(np.log(share)))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_what_stands_before_a_row_alone_is_its_history(monkeypatch):
    seen, users = [], Towers.users

    def kept(towers: Towers, history: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        seen.append(history.numpy())
        return users(towers, history, codes)

    monkeypatch.setattr(Towers, "users", kept)
    rows = [(user, 4 * user + place, 10 + place) for user in range(3) for place in range(4)]
    make("two_tower", epochs=1, batch=100, hide=0.0).fit(log(rows))
    assert sorted(seen[0].max(axis=1).tolist()) == sorted(
        [0, 0, 0, *(4 * user + place for user in range(3) for place in (1, 2, 3))]
    )


def test_items_to_come_move_no_list():
    rows, found = interactions(ROWS), []
    for more in (0, 3):
        genres = pd.array([*GENRES[:8], "Animation", "Drama", "War"][: 8 + more], dtype="string")
        items = pd.DataFrame({"item_id": range(8 + more), "genres": genres})
        log = from_table(rows, Attributes(USERS, items))
        some = make("two_tower", epochs=2, batch=30)
        some.fit(log)
        queries = asked([(0, 40), (1, 40), (40, 40)], log)
        found.append(some.score(queries, *every_pair(queries)).reshape(3, -1)[:, :8].tobytes())
    assert found[0] == found[1]


def test_a_user_whom_the_table_of_users_does_not_know_has_no_segment(fitted):
    unknown, known = asked([(99, 40), (40, 40)], everything()), asked([(40, 40)], everything())
    groups = [np.array([0, 1])]
    assert user_segments(unknown.about, unknown.user, groups).tolist() == [
        [0],
        *user_segments(known.about, known.user, groups).tolist(),
    ]
    assert fitted.retrieve(unknown, 3, True).items.min() >= 0


def test_segments_are_codes_from_one():
    users = pd.DataFrame({"age": ["18_24", None, "25_34"], "sex": ["M", "F", None]})
    about = Attributes(users, ITEMS)
    users, groups = np.array([0, 1, 2, 0], dtype=np.int32), [np.array([0, 1]), np.array([0, 1])]
    assert user_segments(about, users, groups).tolist() == [[1, 2], [0, 1], [2, 0], [1, 2]]
    assert user_segments(ids(4, 11), users, []).shape == (4, 0)


def test_a_value_that_no_user_of_the_fit_has_is_none():
    about = Attributes(pd.DataFrame({"age": ["18_24", "25_34", "35_44"]}), ITEMS)
    assert user_segments(about, np.array([0, 1, 2], dtype=np.int32), [np.array([0, 2])]).tolist() == [[1], [0], [2]]


def test_days_since_the_last_row_before_the_day():
    queries = asked([(0, 10), (0, 11), (0, 15), (0, 16), (7, 20)], log([(0, 0, 10), (0, 1, 15)]))
    assert days_since_last(queries).tolist() == [-1, 1, 5, 1, -1]


def test_codes_of_gaps():
    assert gap_code(np.array([-1, 0, 1, 2, 3, 4, 511, 512, 9999])).tolist() == [0, 1, 2, 3, 3, 4, 10, 11, 11]


def test_what_precedes_a_place_begins_at_its_first_and_never_holds_the_place():
    item = np.array([11, 12, 13, 14, 15])
    found = preceding(item, np.array([0, 0, 0, 3, 3]), np.arange(5), 2)
    assert found.tolist() == [[0, 0], [0, 11], [11, 12], [0, 0], [0, 14]]
