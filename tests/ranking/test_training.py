import numpy as np
import pandas as pd
import pytest

from tests.ranked import settings
from twostage.base.errors import InputError
from twostage.ranking import training


def test_sampling_keeps_every_positive_and_so_many_others():
    label = [True, False, False, False, True, False, False, True]
    table = pd.DataFrame({"query": [0] * 5 + [1] * 3, "label": label, "place": range(8)})
    found = training.sampled(table, 1, 0, "drawn")
    assert found.groupby("query")["label"].agg(["sum", "size"]).to_numpy().tolist() == [[2, 3], [1, 2]]
    assert found["place"].is_monotonic_increasing
    assert training.sampled(table, 1, 0, "drawn").equals(found)
    assert training.sampled(table, 3, 0, "drawn").equals(table)


def test_top_negatives_are_those_with_the_best_place_and_of_equal_ones_the_first():
    label = [False, False, True, False, False, False, True]
    ranks = [7.0, 2.0, 50.0, 2.0, 1.0, np.nan, 3.0]
    table = pd.DataFrame({"query": [0] * 4 + [1] * 3, "label": label, "best_rank": ranks, "place": range(7)})
    found = {few: training.sampled(table, few, 0, "top")["place"].tolist() for few in (1, 2)}
    assert found == {1: [1, 2, 4, 6], 2: [1, 2, 3, 4, 5, 6]}
    assert table["best_rank"].tolist()[2] == 50.0


def test_relevance_is_one_or_the_share_that_was_watched():
    table = pd.DataFrame({"label": [True, True, False, False], training.PERCENT: [25, 0, 0, 80]})
    assert training.relevance(table, settings()).tolist() == [1, 1, 0, 0]
    # A label that the holdout cuts off leaves its percent: it counts for nothing.
    assert training.relevance(table, settings(label="watched_pct")).tolist() == [0.25, 0, 0, 0]


def test_a_label_by_percent_needs_a_log_that_has_it():
    training.check_label(settings(), has_percent=False)
    training.check_label(settings(label="watched_pct"), has_percent=True)
    with pytest.raises(InputError, match=r"ranker\.label = 'watched_pct': .* expected watched$"):
        training.check_label(settings(label="watched_pct"), has_percent=False)


@pytest.mark.parametrize("value", [{"half_life": 0}, {"label": "rated"}, {"negatives_kind": "hard"}])
def test_values_that_mean_nothing_are_named(value):
    with pytest.raises(InputError, match=rf"ranker\.{next(iter(value))} = "):
        settings(**value)


def test_a_query_counts_half_a_half_life_before_the_latest():
    table = pd.DataFrame({"day": [80, 90, 60, 85]})
    np.testing.assert_allclose(training.weights(table, 10), [0.5, 1, 0.125, 0.5**0.5])


@pytest.mark.parametrize(("most", "queries"), [(10, 3), (9, 2), (3, 1), (1, 1)])
def test_rows_are_capped_by_whole_queries_and_one_is_left(most, queries):
    table = pd.DataFrame({"query": np.repeat([4, 6, 9], [3, 3, 4]), "place": range(10)})
    found = training.capped(table, most, seed=0)
    assert found["query"].nunique() == queries
    assert found.equals(table[table["query"].isin(found["query"])])


def test_a_query_without_a_positive_is_left_out_of_training():
    table = pd.DataFrame({"query": [0, 0, 3, 3], "label": [False, False, False, True]})
    assert training.with_positive(table)["query"].tolist() == [3, 3]


def test_what_was_known_before_a_day_are_its_queries_and_what_was_watched_by_then():
    table = pd.DataFrame(
        {"query": [0, 0, 1, 2], "day": [5, 5, 7, 8], "label": [True, True, True, True], "label_day": [6, 8, 7, 8]}
    )
    found = training.before(table, 8)
    assert found["query"].tolist() == [0, 0, 1]
    assert found["label"].tolist() == [True, False, True]
