import numpy as np
import pandas as pd
import pytest
import torch

from tests.small import asked, every_pair, interactions, log, make
from twostage.generators.kinds.attention import SequenceEncoder
from twostage.generators.kinds.next_item import next_item_loss
from twostage.generators.kinds.sequences import gap_code, gaps, last_values, windows
from twostage.past.attributes import Attributes
from twostage.past.log import from_table

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


def test_last_values_are_right_aligned_in_the_order_of_time():
    query, value = np.array([0, 0, 0, 1, 3, 3]), np.array([1, 2, 3, 4, 5, 6])
    assert last_values(query, value, 4, 2).tolist() == [[2, 3], [0, 4], [0, 0], [5, 6]]
    assert last_values(query, value, 5, 4).tolist() == [[0, 1, 2, 3], [0, 0, 0, 4], [0] * 4, [0, 0, 5, 6], [0] * 4]


@pytest.mark.parametrize("queries", [0, 2])
def test_last_values_of_no_rows(queries):
    assert last_values(np.empty(0, np.int64), np.empty(0, np.int64), queries, 3).tolist() == [[0] * 3] * queries


def test_factors_that_the_heads_do_not_divide_are_named():
    with pytest.raises(ValueError, match="factors 7 must be a multiple of heads 2"):
        make("sasrec", factors=7, heads=2)


def test_windows_share_one_row_and_begin_at_the_end_of_each_group():
    group = np.array([3, 3, 3, 3, 5, 8, 8])  # nothing follows in the group of one row
    assert windows(group, 2).tolist() == [[1, 2, 3], [-1, 0, 1], [-1, 5, 6]]
    assert windows(group, 3).tolist() == [[0, 1, 2, 3], [-1, -1, 5, 6]]


def test_every_row_but_a_first_one_is_a_target_once():
    group = np.repeat([1, 2, 4], [7, 1, 12])
    rows = windows(group, 3)
    assert sorted(rows[:, 1:][rows[:, :-1] >= 0]) == [*range(1, 7), *range(9, 20)]


def test_windows_of_nobody():
    assert windows(np.empty(0, np.int64), 3).shape == (0, 4)


def test_no_place_sees_a_later_one():
    torch.manual_seed(1)
    encoder = SequenceEncoder(9, 8, 5, 2, 2, 0.0, values=None).eval()
    items, gaps = torch.tensor([[1, 2, 3, 4, 5]]), torch.ones(1, 5, dtype=torch.long)
    every = torch.arange(5)
    before = encoder(items, gaps, every)
    for place in range(5):
        other = items.clone()
        other[0, place] = 9
        after = encoder(other, gaps, every)
        assert torch.equal(after[:place], before[:place])
        assert (after[place:] != before[place:]).any(dim=1).all()


def test_a_gap_runs_to_the_next_known_item_and_from_the_last_to_the_day_of_the_query():
    queries = asked([(1, 20), (2, 20), (1, 13)], log([(1, 0, 10), (1, 9, 11), (1, 2, 12), (1, 3, 12)]))
    # Item 9 isn't known: 2 days, 0, 8; then only items 0 to 3 of days before 13; codes are 1 + how many of 1, 2, 4, 8.
    expected = [[gap_code(2), gap_code(0), gap_code(8)], [0, 0, 0], [gap_code(2), gap_code(0), gap_code(1)]]
    assert gaps(queries, np.arange(5, dtype=np.int32), 3).tolist() == expected


def test_the_loss_by_hand():
    encoder = SequenceEncoder(items=3, factors=2, length=2, blocks=1, heads=1, dropout=0.0, values=None)
    with torch.no_grad():
        encoder.embedding.weight.zero_()
        encoder.bias.copy_(torch.tensor([0.0, 0.0, 1.0, 2.0]))
    # Scores are the biases less the log of the share. Targets: 2 with weight 1, 3 with weight 0.5; negatives 1, 3.
    popularity = torch.tensor([0, 0.5, 0.25, 0.25])
    e = np.exp([0, 1, 2]) / [0.5, 0.25, 0.25]
    expected = (np.log(e.sum() / e[1]) + 0.5 * np.log((e[0] + e[2]) / e[2])) / 1.5
    items, weights = torch.tensor([[1, 2, 3]]), torch.tensor([[1.0, 0.5]])
    loss = next_item_loss(encoder, items, torch.ones(1, 2, dtype=torch.long), weights, torch.tensor([1, 3]), popularity)
    assert loss.item() == pytest.approx(expected)


def test_an_item_with_categories_is_its_id_and_their_mean_by_hand():
    values = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.0, 0.0]])
    encoder = SequenceEncoder(items=3, factors=2, length=2, blocks=1, heads=1, dropout=0.0, values=values)
    with torch.no_grad():
        encoder.embedding.weight.copy_(torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
        encoder.category.copy_(torch.tensor([[10.0, 0.0], [0.0, 100.0]]))
        encoder.bias.copy_(torch.tensor([0.0, 7.0, 8.0, 9.0]))
    assert encoder.item_vectors().tolist() == [[11, 2, 7], [8, 54, 8], [5, 6, 9]]


def test_a_history_of_an_item_that_never_stood_before_another_speaks_by_its_genre(tmp_path):
    # Comedies 0 to 5 follow each other, and dramas 6 to 11. Items 12, a comedy, and 13, a drama, stand alone.
    rows = [(user, (user + step) % 6, 10 + step) for user in range(60) for step in range(4)]
    rows += [(user + 60, 6 + (user + step) % 6, 10 + step) for user in range(60) for step in range(4)]
    rows += [(200, 12, 13), (201, 13, 13)]
    genres = ["Comedy"] * 6 + ["Drama"] * 6 + ["Comedy", "Drama"]
    about = Attributes(pd.DataFrame(), pd.DataFrame({"genres": pd.array(genres, dtype="string")}))
    model = make("sasrec", categories=True, factors=16, epochs=80, max_steps=80, batch=32, learning_rate=0.02)
    model.fit(from_table(interactions(rows), about))
    queries = asked([(200, 14), (201, 14)], from_table(interactions(rows), about))
    scores = model.score(queries, *every_pair(queries)).reshape(2, -1)
    after_comedy, after_drama = scores
    assert after_comedy[:6].mean() > after_comedy[6:12].mean() + 1
    assert after_drama[6:12].mean() > after_drama[:6].mean() + 1
    model.save(tmp_path / "sasrec.npz")
    loaded = type(model).load(tmp_path / "sasrec.npz", model.run)
    assert loaded.score(queries, *every_pair(queries)).tobytes() == scores.tobytes()


def test_categories_of_a_log_without_attributes_change_no_score():
    queries = asked([(0, 20)], log(walks(20)))
    scores = []
    for categories in (False, True):
        model = make("sasrec", categories=categories)
        model.fit(log(walks(20)))
        scores.append(model.score(queries, *every_pair(queries)))
    assert scores[0].tobytes() == scores[1].tobytes()


def test_what_is_recent_counts_more_than_what_is_frequent():
    # Three users in four go from 0 to 1 long ago, one in four from 0 to 2 lately.
    old = [(user, item, 10 + step) for user in range(90) for step, item in enumerate((0, 1))]
    new = [(user, item, 400 + step) for user in range(90, 120) for step, item in enumerate((0, 2))]
    values = {"epochs": 60, "max_steps": 60, "batch": 32, "dropout": 0.0, "learning_rate": 0.01}
    queries = asked([(200, 403)], log([*old, *new, (200, 0, 402)]))
    first = []
    for half_life in (30, 1e6):
        model = make("sasrec", half_life=half_life, **values)
        model.fit(log(old + new))
        first.append(model.retrieve(queries, 1, exclude_seen=True).items[0, 0])
    assert first == [2, 1]


def test_the_days_until_the_query_count():
    # After 0 comes 1 the next day, or 2 after a hundred days.
    rows = [(user, 0, 10) for user in range(60)] + [(user, 1, 11) for user in range(30)]
    rows += [(user, 2, 110) for user in range(30, 60)]
    model = make("sasrec", half_life=1e6, epochs=60, max_steps=80, batch=32, dropout=0.0, learning_rate=0.01)
    model.fit(log(rows))
    queries = asked([(200, 111), (200, 210)], log([*rows, (200, 0, 110)]))
    assert model.retrieve(queries, 1, exclude_seen=True).items[:, 0].tolist() == [1, 2]


def test_a_next_item_of_the_same_day_weighs_less():
    # After 0, three in four take 1 on the same day, one in four 2 on a later day; asked of the day after.
    rows = [(user, 0, 10) for user in range(80)] + [(user, 1, 10) for user in range(60)]
    rows += [(user, 2, 11) for user in range(60, 80)]
    lead = {}
    for same_day in (0.01, 1.0):
        model = make("sasrec", same_day=same_day, epochs=60, max_steps=60, batch=40, dropout=0.0, learning_rate=0.01)
        model.fit(log(rows))
        lead[same_day] = float(model.item_vectors[1, -1] - model.item_vectors[2, -1])
    assert lead[0.01] < lead[1.0]  # biases: how much likelier 1 is than 2 whatever the history
