import numpy as np
import pandas as pd
import pytest

from tests.ranked import chosen, rows, settings
from tests.small import RUN
from twostage import fallback, holdout, lists, ranker
from twostage.metrics import accuracy

GENERATORS = ["wise", "silly"]


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """The tables here have some twenty queries on the holdout, a third of them of cold users."""
    monkeypatch.setattr(holdout, "FEWEST", 1)


def proposed(table: pd.DataFrame, wise: str = "x") -> pd.DataFrame:
    """`wise` ranks by a column and proposes five of eight, `silly` by the item; users of every third query are cold."""
    places = table.groupby("query")[wise].rank(ascending=False)
    table["wise_rank"] = places.where(places <= 5)
    table["silly_rank"] = table["item"] + 1.0
    table["fusion"] = 1 / (60 + table["silly_rank"]) + (1 / (60 + table["wise_rank"])).fillna(0)
    table["user_rows"] = np.where(table["query"] % 3 == 0, np.nan, 4.0)
    return table


def trained(table: pd.DataFrame) -> tuple[holdout.Choice, dict[str, dict[str, float]]]:
    choice = chosen(table, 90)
    return choice, holdout.beside(holdout.sides(table, 90)[1], choice, GENERATORS, settings(), RUN)


def test_the_holdouts_comparison_by_hand_of_each_segment_and_system():
    table = proposed(rows())
    choice, beside = trained(table)
    _, late = holdout.sides(table, 90)
    assert set(beside) == {"warm", "cold"}
    for segment, cold in (("warm", False), ("cold", True)):
        assert list(beside[segment]) == ["ranker", *GENERATORS, "fusion"]
        some = late[late["user_rows"].isna() == cold]
        for system, order in {
            "ranker": ranker.score(choice.model, some, RUN),
            "silly": -some["silly_rank"].to_numpy(),
        }.items():
            said = []
            for kind in ("horizon", "daily"):
                part = (some["protocol"] == kind).to_numpy()
                query, label = some["query"].to_numpy()[part], some["label"].to_numpy()[part]
                said.append(accuracy.ndcg_of_scores(query, label, order[part], 5).mean())
            assert beside[segment][system] == pytest.approx(np.mean(said))


def test_a_generator_that_proposes_nothing_for_cold_users_has_nothing_there():
    table = proposed(rows())
    table.loc[table["user_rows"].isna(), "silly_rank"] = np.nan
    _, beside = trained(table)
    assert beside["cold"]["silly"] == 0
    assert beside["warm"]["silly"] > 0


@pytest.mark.parametrize(("cold", "said"), [(0, {"warm"}), (3, {"warm"}), (4, {"warm", "cold"})])
def test_a_segment_of_which_the_holdout_has_few_queries_is_left_out(cold, said, monkeypatch):
    monkeypatch.setattr(holdout, "FEWEST", 4)
    table = proposed(rows())
    some = holdout.sides(table, 90)[1]["query"].unique()[:cold]
    table["user_rows"] = np.where(table["query"].isin(some), np.nan, 4.0)
    assert set(trained(table)[1]) == said


def test_the_best_system_leads_its_segment_and_the_ranker_where_none_is_better():
    beside = {"warm": {"ranker": 0.3, "a": 0.303, "fusion": 0.2}, "cold": {"ranker": 0.3, "a": 0.1, "fusion": 0.304}}
    assert fallback.leads(beside) == {"warm": "ranker", "cold": "fusion"}
    assert fallback.leads({"cold": {"ranker": 0.0, "a": 0.0}, "warm": {"ranker": 0.0, "a": 0.01}}) == {
        "cold": "ranker",
        "warm": "a",
    }


def test_a_ranker_without_any_use_gives_way_to_the_generator_that_knows():
    # The features are noise, and the generator ranks by what the label is made of.
    table = rows()
    table["hidden"] = table["x"]
    table[["x", "y"]] = np.random.default_rng(0).random((len(table), 2))
    table = proposed(table, "hidden")
    known = table.drop(columns="hidden")
    blind = known.assign(wise_rank=np.nan, silly_rank=np.nan, fusion=np.nan)
    choice = chosen(blind, 90)
    beside = holdout.beside(holdout.sides(known, 90)[1], choice, GENERATORS, settings(), RUN)
    assert fallback.leads(beside)["warm"] == "wise"


def test_a_leading_generators_items_stand_in_its_order_and_the_others_behind_by_the_rankers_score():
    table = proposed(rows())
    model = ranker.train(table, "Logloss", 5, settings(), RUN)
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
    model = fallback.note(ranker.train(table, "Logloss", 5, settings(), RUN), {"warm": "wise", "cold": "wise"})
    alone = [fallback.scores(model, own, RUN) for _, own in table.groupby("query")]
    np.testing.assert_array_equal(np.concatenate(alone), fallback.scores(model, table, RUN))
    assert len(fallback.scores(model, table.iloc[:0], RUN)) == 0


def test_fusion_can_lead_too():
    table = proposed(rows())
    model = fallback.note(ranker.train(table, "Logloss", 5, settings(), RUN), {"warm": "fusion", "cold": "fusion"})
    np.testing.assert_array_equal(fallback.scores(model, table, RUN), table["fusion"])


def test_the_leads_are_saved_with_the_model_and_the_file_repeats(tmp_path):
    table = proposed(rows())
    leading = {"warm": "wise", "cold": "ranker"}
    for name in "ab":
        ranker.save(fallback.note(ranker.train(table, "Logloss", 5, settings(), RUN), leading), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert fallback.noted(ranker.load(tmp_path / "a")) == leading
    assert fallback.noted(ranker.train(table, "Logloss", 5, settings(), RUN)) == {}
