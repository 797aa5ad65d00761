import numpy as np
import pandas as pd
import pytest
from catboost import CatBoost

from tests.ranked import proposed, rows, settings
from tests.small import RUN
from twostage import lists
from twostage.ranking import fallback, ranker


def test_a_leading_generators_items_stand_in_its_order_and_the_others_behind_by_the_rankers_score():
    table = proposed(rows())
    model = ranker.train(table, ["Logloss"], 5, settings(), RUN)
    plain = ranker.score(model, table, RUN)
    np.testing.assert_array_equal(fallback.scores(model, table, RUN), plain)
    fallback.note(model, {"warm": "wise", "cold": "ranker"})
    score = fallback.scores(model, table, RUN)
    cold = table["user_rows"].isna().to_numpy()
    np.testing.assert_array_equal(score[cold], plain[cold])
    ranked = lists.best(table, score, 8)
    for query, found in ranked[ranked["query"] % 3 != 0].groupby("query"):
        own = table[table["query"] == query].assign(plain=plain[table["query"] == query]).set_index("item")
        wanted = own.sort_values("wise_rank").index[:5].tolist()
        others = own[own["wise_rank"].isna()]
        assert found["item"].tolist()[:5] == wanted
        assert others.loc[found["item"].tolist()[5:], "plain"].is_monotonic_decreasing


def test_scores_of_a_query_behind_a_leading_generator_are_its_own_whoever_is_asked_with_it():
    table = proposed(rows())
    # Every other query has a shorter list of what leads, and one has none.
    table.loc[(table["query"] % 2 == 0) & (table["wise_rank"] > 2), "wise_rank"] = np.nan
    table.loc[table["query"] == 7, "wise_rank"] = np.nan
    model = fallback.note(ranker.train(table, ["Logloss"], 5, settings(), RUN), {"warm": "wise", "cold": "wise"})
    alone = [fallback.scores(model, own, RUN) for _, own in table.groupby("query")]
    np.testing.assert_array_equal(np.concatenate(alone), fallback.scores(model, table, RUN))
    assert len(fallback.scores(model, table.iloc[:0], RUN)) == 0


@pytest.mark.parametrize("scores", [[0.5, 0.2, 0.5], [45.0, 40.0, 45.0], [-800.0, -801.0, -800.0]])
def test_the_rankers_order_holds_behind_a_long_list_whatever_its_scores_are(scores, monkeypatch):
    table = pd.DataFrame({"query": 0, "item": range(5), "user_rows": 1.0, "wise_rank": [1.0, 100.0, *[np.nan] * 3]})
    monkeypatch.setattr(ranker, "score", lambda *_: np.array([-1e3, -1e3, *scores]))
    model = fallback.note(CatBoost(), {"warm": "wise"})
    assert lists.best(table, fallback.scores(model, table, RUN), 5)["item"].tolist() == [0, 1, 2, 4, 3]


def test_fusion_can_lead_too():
    table = proposed(rows())
    model = fallback.note(ranker.train(table, ["Logloss"], 5, settings(), RUN), {"warm": "fusion", "cold": "fusion"})
    np.testing.assert_array_equal(fallback.scores(model, table, RUN), table["fusion"])


def test_the_leads_are_saved_with_the_model_and_the_file_repeats(tmp_path):
    table = proposed(rows())
    leading = {"warm": "wise", "cold": "ranker"}
    for name in "ab":
        ranker.save(fallback.note(ranker.train(table, ["Logloss"], 5, settings(), RUN), leading), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert fallback.noted(ranker.load(tmp_path / "a")) == leading
    assert fallback.noted(ranker.train(table, ["Logloss"], 5, settings(), RUN)) == {}
