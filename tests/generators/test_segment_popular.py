import numpy as np
import pandas as pd
import pytest

from tests.small import asked, every_pair, interactions, make
from twostage.generators import segment_popular
from twostage.past.attributes import Attributes
from twostage.past.log import Log, from_table

# Before day 100, within 7 days: the young watch item 0 twice; the old watch item 1 twice and item 2 once.
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 99), (3, 1, 98), (3, 2, 97), (0, 3, 50)]
LATE = [(1, 1, 100), (0, 2, 101)]
AGES = ["young", "young", "old", "old", None, "young"]
EVERYBODY = [0.4, 0.4, 0.2, 0]
YOUNG = [(2 + 0.8) / 4, 0.8 / 4, 0.4 / 4, 0]
OLD = [0.8 / 5, (2 + 0.8) / 5, (1 + 0.4) / 5, 0]


def known(rows, items: list[str] | None = None, **users) -> Log:
    columns = {"item_id": range(4)} | ({} if items is None else {"genres": items})
    return from_table(
        interactions(rows), Attributes(pd.DataFrame({"user_id": range(6)} | users), pd.DataFrame(columns))
    )


def scores(pairs, log: Log) -> np.ndarray:
    queries = asked(pairs, log)
    model = make("segment_popular", days=7, prior=2)
    return model.score(queries, *every_pair(queries)).reshape(len(pairs), -1)


@pytest.mark.parametrize(("user", "expected"), [(0, YOUNG), (3, OLD)])
def test_smoothed_share_in_the_segment(user, expected):
    found = scores([(user, 100)], known(ROWS + LATE, age=AGES))
    np.testing.assert_allclose(found, [expected], atol=1e-6)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        pytest.param(5, YOUNG, id="a segment, no history"),
        pytest.param(4, EVERYBODY, id="alone in the segment of those without an age"),
        pytest.param(99, EVERYBODY, id="unknown"),
    ],
)
def test_a_user_without_history(user, expected):
    np.testing.assert_allclose(scores([(user, 100)], known(ROWS, age=AGES)), [expected], atol=1e-6)


def test_a_segment_is_all_its_attributes():
    # Users 0 and 1 differ in sex: each has a watch of item 0 and of nothing else.
    found = scores([(0, 100)], known(ROWS, age=AGES, sex=["M", "F", "M", "M", "M", "M"]))
    np.testing.assert_allclose(found, [[(1 + 0.8) / 3, 0.8 / 3, 0.4 / 3, 0]], atol=1e-6)


def test_days_and_segments_do_not_mix():
    pairs = [(3, 100), (0, 100), (0, 99), (2, 99)]
    log = known(ROWS + LATE, age=AGES)
    found = scores(pairs, log)
    # Before day 99: items 0, 1, 2 once each.
    young, old = [(1 + 2 / 3) / 3, 2 / 9, 2 / 9, 0], [(2 / 3) / 4, (1 + 2 / 3) / 4, (1 + 2 / 3) / 4, 0]
    np.testing.assert_allclose(found, [OLD, YOUNG, young, old], atol=1e-6)


def test_blocks_change_nothing(monkeypatch):
    pairs = [(user, day) for day in (98, 100, 99) for user in (3, 0, 4)]
    log = known(ROWS + LATE, age=AGES)
    queries, model = asked(pairs, log), make("segment_popular", days=7, prior=2)
    whole, lists = scores(pairs, log), model.retrieve(queries, 3, exclude_seen=True)
    monkeypatch.setattr(segment_popular, "ROWS", 2)
    assert scores(pairs, log).tobytes() == whole.tobytes()
    assert model.retrieve(queries, 3, exclude_seen=True).items.tobytes() == lists.items.tobytes()


def test_without_attributes_people_of_the_same_favourite_genre():
    log = known(ROWS, ["drama", "comedy", "comedy", "crime"])
    found = scores([(3, 100), (1, 100), (0, 100), (5, 100)], log)
    # User 0 has one crime, then one drama: the tie goes to crime, so the rows of drama fans are user 1's alone.
    drama, crime = [(1 + 0.8) / 3, 0.8 / 3, 0.4 / 3, 0], [(1 + 0.8) / 3, 0.8 / 3, 0.4 / 3, 0]
    np.testing.assert_allclose(found, [OLD, drama, crime, EVERYBODY], atol=1e-6)


@pytest.mark.parametrize("items", [None, [""] * 4])
def test_without_attributes_and_genres_everybody(items):
    np.testing.assert_allclose(scores([(0, 100), (3, 100)], known(ROWS, items)), [EVERYBODY] * 2, atol=1e-6)


def test_an_empty_window_leaves_the_order_of_all_watches():
    queries = asked([(0, 300), (4, 300)], known([*ROWS, (4, 2, 40)], age=AGES))
    lists = make("segment_popular").retrieve(queries, 4, exclude_seen=False)
    assert lists.items.tolist() == [[0, 1, 2, 3]] * 2
