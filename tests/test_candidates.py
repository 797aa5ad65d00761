from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.small import RUN, asked, ids, log, make
from twostage import candidates
from twostage.base.tables import NO_ITEM
from twostage.candidates import Retrieval
from twostage.generators.kinds.generator import Generator, GeneratorParams, Lists
from twostage.past.log import of
from twostage.sizes import Keep

# Watches before day 20: item 0: 3, item 1: 2, items 2, 3, 4: 1 each; item 5 only on day 20.
LOG = log([(0, 0, 10), (1, 0, 11), (2, 0, 12), (0, 1, 12), (1, 1, 13), (1, 2, 14), (2, 3, 14), (2, 4, 15), (3, 5, 20)])


class Given(Generator):
    """Names the same items to everybody, and scores an item by its code; item 4 it can't score."""

    def __init__(self, items: list[int], n_share: float = 1.0) -> None:
        super().__init__(GeneratorParams(n_share=n_share), RUN)
        self.items = items

    def retrieve(self, queries, n, exclude_seen):
        items = np.full((len(queries), n), NO_ITEM, np.int32)
        items[:, : len(self.items)] = self.items[:n]
        return Lists(items, items.astype(np.float32))

    def score(self, queries, query, item):
        return np.where(item == 4, np.nan, item / 10).astype(np.float32)

    def learn(self, log): ...
    def state(self): ...
    def restore(self, state): ...


def union(models, pairs, n=3, keep=1, exclude_seen=True, **values) -> pd.DataFrame:
    queries = asked(pairs, LOG)
    return candidates.union(queries, Retrieval(models, n, Keep(keep=keep, exclude_seen=exclude_seen)), **values)


def items(found: pd.DataFrame) -> dict[int, list[int]]:
    return {query: table["item"].tolist() for query, table in found.groupby("query")}


def test_an_item_of_two_generators_stands_once_with_both_ranks():
    found = union({"a": Given([3, 1]), "b": Given([2, 3])}, [(9, 20)])
    assert found["item"].tolist() == [1, 2, 3]
    np.testing.assert_array_equal(found["a_rank"], [2, np.nan, 1])
    np.testing.assert_array_equal(found["b_rank"], [np.nan, 1, 2])


def test_every_generator_scores_every_pair_that_it_can():
    found = union({"a": Given([4, 1]), "b": Given([2])}, [(9, 20)])
    for name in ("a", "b"):
        np.testing.assert_allclose(found[f"{name}_score"], [0.1, 0.2, np.nan], rtol=1e-6)


@pytest.mark.parametrize(("n", "n_share", "size"), [(4, 1.0, 4), (4, 0.5, 2), (4, 0.6, 2), (4, 0.1, 1), (1, 1.0, 1)])
def test_a_generator_proposes_its_share_of_n_and_at_least_one(n, n_share, size):
    assert items(union({"a": Given([4, 3, 2, 1], n_share)}, [(9, 20)], n)) == {0: sorted([4, 3, 2, 1][:size])}


def test_a_short_union_is_filled_up_by_the_most_watched_without_rank():
    found = union({"a": Given([3, 2])}, [(9, 20)], keep=4)
    assert found["item"].tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(found["a_rank"], [np.nan, np.nan, 2, 1])
    assert found["a_score"].notna().all()


def test_what_was_proposed_does_not_count_as_filling():
    assert items(union({"a": Given([0])}, [(9, 20)], keep=3)) == {0: [0, 1, 2]}


def test_a_union_is_filled_up_with_nothing_seen_and_only_as_far_as_there_are_items():
    # User 1 has seen 0, 1, 2; nobody has watched item 5 before day 20.
    assert items(union({"a": Given([3])}, [(1, 20), (9, 20)], keep=50)) == {0: [3, 4], 1: [0, 1, 2, 3, 4]}
    assert items(union({"a": Given([3])}, [(1, 20)], keep=50, exclude_seen=False)) == {0: [0, 1, 2, 3, 4]}


def test_where_the_whole_catalogue_is_known_items_that_nobody_watched_stand_last():
    # Nobody has watched item 5 before day 20, nor 6 and 7 ever.
    assert items(union({"a": Given([3])}, [(1, 20)], keep=50)) == {0: [3, 4]}
    queries = asked([(1, 20)], replace(LOG, about=ids(4, 8)))
    for keep, expected in ((5, [3, 4, 5, 6, 7]), (4, [3, 4, 5, 6])):
        rules = Keep(keep=keep, exclude_seen=True)
        retrieval = Retrieval({"a": Given([3])}, 3, rules, whole=True)
        assert candidates.union(queries, retrieval)["item"].tolist() == expected


def test_a_union_long_enough_is_not_filled_up():
    assert items(union({"a": Given([3, 2])}, [(9, 20)], keep=2)) == {0: [2, 3]}


def test_a_generator_without_a_list_leaves_the_query_to_the_others():
    found = union({"a": Given([]), "b": Given([2])}, [(9, 20)])
    assert found["item"].tolist() == [2]
    assert found["a_rank"].isna().all()


def test_queries_are_counted_from_the_first():
    assert union({"a": Given([3])}, [(0, 20), (1, 20)], first_query=700)["query"].tolist() == [700, 701]


def test_no_query_has_the_same_columns():
    found = union({"a": Given([3])}, [])
    assert list(found) == ["query", "item", "a_rank", "a_score"]
    assert found.empty


@pytest.mark.parametrize(("block", "day_items"), [(1, 1 << 22), (100, 1 << 22), (5000, 1), (100, 200)])
def test_the_size_of_a_block_changes_nothing(small, queries, monkeypatch, block, day_items):
    everything = of(small)
    models = {name: make(name) for name in ("popular", "als")}
    for model in models.values():
        model.fit(everything.before(int(queries["day"].min())))
    some = queries.iloc[::5] if block == 1 else queries
    pairs = list(zip(some["user"], some["day"], strict=True))
    keep = Keep(keep=12, exclude_seen=True)
    whole = candidates.union(asked(pairs, everything), Retrieval(models, 5, keep))
    monkeypatch.setattr(candidates, "AT_ONCE", block)
    monkeypatch.setattr(candidates, "DAY_ITEMS", day_items)
    pd.testing.assert_frame_equal(
        candidates.union(asked(pairs, everything), Retrieval(models, 5, keep)), whole, check_exact=True
    )
    assert not whole.duplicated(["query", "item"]).any()
    assert whole.equals(whole.sort_values(["query", "item"]))
