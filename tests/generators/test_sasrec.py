import numpy as np
import pytest

from tests.small import asked, log, make
from twostage.generators.kinds.sequences import last_items

ITEMS = 12


def walks(users: int) -> list[tuple[int, int, int]]:
    """Every user walks through the items in a circle, five steps from a start of their own."""
    return [(user, (user + step) % ITEMS, 10 + step) for user in range(users) for step in range(5)]


@pytest.fixture(scope="module")
def walked():
    model = make("sasrec", factors=16, epochs=40, max_steps=150, batch=32, negatives=8, dropout=0.0, learning_rate=0.01)
    model.fit(log(walks(120)))
    return model


def test_the_item_that_always_follows_comes_first(walked):
    newcomers = [(200 + start, (start + step) % ITEMS, 10 + step) for start in range(ITEMS) for step in range(3)]
    queries = asked([(200 + start, 20) for start in range(ITEMS)], log(newcomers))
    first = walked.retrieve(queries, 1, exclude_seen=True).items[:, 0]
    hits = first == (np.arange(ITEMS) + 3) % ITEMS
    assert hits.mean() > 0.7  # by chance 1 of 9 unseen items


def test_the_order_of_the_history_counts(walked):
    forth, back = [(200, 0, 10), (200, 1, 11), (200, 2, 12)], [(201, 2, 10), (201, 1, 11), (201, 0, 12)]
    queries = asked([(200, 20), (201, 20)], log(forth + back))
    item = np.full(2, 3, dtype=np.int32)
    after_2, after_0 = walked.score(queries, np.arange(2), item)
    assert after_2 > after_0


def test_items_that_it_does_not_know_are_skipped(walked):
    known = [(200, 0, 10), (200, 1, 12)]
    queries = asked([(200, 20), (201, 20)], log([*known, (201, 0, 10), (201, 50, 11), (201, 1, 12), (201, 51, 13)]))
    scores = walked.score(queries, np.repeat([0, 1], ITEMS), np.tile(np.arange(ITEMS, dtype=np.int32), 2))
    assert scores[:ITEMS].tobytes() == scores[ITEMS:].tobytes()


def test_only_the_last_items_up_to_its_length_are_read():
    model = make("sasrec", length=3, epochs=1)
    model.fit(log(walks(20)))
    longer = [(201, 9, 1), (201, 8, 2)] + [(user, item, 10 + item) for user in (200, 201) for item in (1, 2, 3)]
    queries = asked([(200, 20), (201, 20)], log(longer))
    scores = model.score(queries, np.repeat([0, 1], 5), np.tile(np.arange(5, dtype=np.int32), 2))
    assert scores[:5].tobytes() == scores[5:].tobytes()


def test_last_items_are_right_aligned_in_the_order_of_time():
    group, item = np.array([3, 3, 3, 5, 8, 8]), np.array([1, 2, 3, 4, 5, 6])
    assert last_items(group, item, 2).tolist() == [[2, 3], [0, 4], [5, 6]]
    assert last_items(group, item, 4).tolist() == [[0, 1, 2, 3], [0, 0, 0, 4], [0, 0, 5, 6]]


def test_last_items_of_nobody():
    assert last_items(np.empty(0, np.int64), np.empty(0, np.int64), 3).shape == (0, 3)


def test_factors_that_the_heads_do_not_divide_are_named():
    with pytest.raises(ValueError, match="factors 7 must be a multiple of heads 2"):
        make("sasrec", factors=7, heads=2)
