import numpy as np
import pandas as pd
import pytest

from tests.ranked import chosen, judging, proposed, rows, settings
from tests.small import RUN
from twostage.metrics import accuracy
from twostage.metrics.intervals import intervals
from twostage.ranking import fallback, holdout, ranker, rivals, training

GENERATORS = ["wise", "silly"]
BOTH = proposed(rows())  # what was learned from, of warm and of cold users


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """The tables here have some twenty queries on the holdout, a third of them of cold users."""
    monkeypatch.setattr(rivals, "FEWEST", 1)


def compared(table: pd.DataFrame, choice: holdout.Choice) -> rivals.Compared:
    return rivals.compared(judging(table, 90), choice.model, GENERATORS, settings().select_at, RUN)


def trained(table: pd.DataFrame) -> tuple[holdout.Choice, rivals.Compared]:
    choice = chosen(table, 90)
    return choice, compared(table, choice)


def test_the_holdouts_comparison_by_hand_of_each_segment_and_system():
    table = proposed(rows())
    choice, beside = trained(table)
    late = judging(table, 90)
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
            found = beside[segment][system]
            assert found["ndcg"] == pytest.approx(np.mean(said))
            assert found["gain"] == pytest.approx(np.mean(said) - beside[segment]["ranker"]["ndcg"])
            assert found["gain_interval"][0] <= found["gain"] <= found["gain_interval"][1]
        assert beside[segment]["ranker"]["gain_interval"] == [0, 0]


def test_a_generator_that_proposes_nothing_for_cold_users_has_nothing_there():
    table = proposed(rows())
    table.loc[table["user_rows"].isna(), "silly_rank"] = np.nan
    _, beside = trained(table)
    assert beside["cold"]["silly"]["ndcg"] == 0
    assert beside["warm"]["silly"]["ndcg"] > 0


@pytest.mark.parametrize(("cold", "said"), [(0, {"warm"}), (3, {"warm"}), (4, {"warm", "cold"})])
def test_a_segment_of_which_the_holdout_has_few_users_is_left_out(cold, said, monkeypatch):
    monkeypatch.setattr(rivals, "FEWEST", 4)
    table = proposed(rows())
    some = judging(table, 90)["query"].unique()[:cold]
    table["user_rows"] = np.where(table["query"].isin(some), np.nan, 4.0)
    assert set(trained(table)[1]) == said


def said(**systems: tuple[float, float]) -> dict[str, dict[str, object]]:
    """By system its NDCG and the low end of its gain."""
    of_ranker = {"ranker": {"ndcg": 0.3, "gain_interval": [0.0, 0.0]}}
    return of_ranker | {
        name: {"ndcg": ndcg, "gain_interval": [low, ndcg - 0.3 + 0.1]} for name, (ndcg, low) in systems.items()
    }


def test_the_best_of_those_that_are_ahead_for_sure_leads_its_segment():
    assert rivals.leads({"warm": said(a=(0.4, -0.001), b=(0.2, -0.2))}, BOTH) == {"warm": "ranker"}
    both = said(a=(0.31, 0.001), b=(0.35, 0.02), c=(0.36, -0.001))
    assert rivals.leads({"cold": both, "warm": said(a=(0.3, 0.0))}, BOTH) == {"cold": "b", "warm": "ranker"}


@pytest.mark.parametrize(("absent", "present"), [("warm", "cold"), ("cold", "warm")])
def test_fusion_leads_the_lists_of_users_of_whom_the_ranker_learned_nothing(absent, present):
    known = fallback.segments(BOTH)[present]
    beside = {name: said(a=(0.35, 0.02)) for name in ("warm", "cold")}
    assert rivals.leads({}, BOTH) == {}
    assert rivals.leads({}, BOTH[known]) == {absent: "fusion"}
    assert rivals.leads({present: beside[present]}, BOTH[known]) == {absent: "fusion", present: "a"}
    unwatched = BOTH.assign(label=BOTH["label"] & known)
    assert rivals.leads({}, unwatched) == {absent: "fusion"}, "nothing was watched by such users"
    assert rivals.leads(beside, BOTH[known]) == {"warm": "a", "cold": "a"}, "what the holdout says comes first"


def test_a_lead_by_chance_leads_nothing():
    """`wise` orders the items of one user of the holdout better than the ranker, and all others as it does."""
    table = proposed(rows())
    odd = table["query"] == table["query"][table["user_rows"].notna()].iloc[-1]
    table.loc[odd, "label"] = table["x"][odd] == table["x"][odd].min()
    choice, _ = trained(table)
    order = pd.Series(ranker.score(choice.model, table, RUN))
    places = order.groupby(table["query"]).rank(ascending=False)
    table["wise_rank"] = places.mask(odd & table["label"], 0)
    found = compared(table, choice)
    assert found["warm"]["wise"]["gain"] > 0
    assert rivals.leads(found, BOTH)["warm"] == "ranker"


def test_orders_drawn_at_random_rarely_lead():
    """All seven are alike; three queries a user."""
    rng = np.random.default_rng(1)
    table = pd.concat([rows().assign(user=lambda t: t["query"] // 3)] * 2, ignore_index=True)
    table["query"] = np.arange(len(table)) // 8
    table["user"] += 20 * (table["query"] >= 60)
    names = [f"g{number}" for number in range(5)]
    leading = []
    for _ in range(40):
        table["fusion"] = 1 + rng.random(len(table))
        table["user_rows"] = 1.0
        table[[f"{name}_rank" for name in names]] = rng.random((len(table), 5))
        noise = table.assign(x=rng.random(len(table)), y=rng.random(len(table)))
        model = ranker.train(noise, ["Logloss"], 1, settings(), RUN)
        noise["x"] = rng.random(len(table))
        found = rivals.compared(training.with_positive(noise), model, names, 5, RUN)
        leading.append(rivals.leads(found, BOTH)["warm"])
    assert leading.count("ranker") >= 34


def test_a_ranker_without_any_use_gives_way_to_the_generator_that_knows():
    # The features are noise, and the generator ranks by what the label is made of.
    table = rows()
    table["hidden"] = table["x"]
    table[["x", "y"]] = np.random.default_rng(0).random((len(table), 2))
    table = proposed(table, "hidden")
    known = table.drop(columns="hidden")
    blind = known.assign(wise_rank=np.nan, silly_rank=np.nan, fusion=np.nan)
    choice = chosen(blind, 90)
    assert rivals.leads(compared(known, choice), BOTH)["warm"] == "wise"


def test_queries_of_one_user_are_one_draw():
    """Each query asked four times of the same user tells as much as once."""
    table = proposed(rows())
    choice, once = trained(table)
    late = judging(table, 90)
    asked = len(late["query"].unique())
    again = pd.concat([late.assign(query=late["query"] + asked * 10 * time) for time in range(4)], ignore_index=True)
    found = rivals.compared(again, choice.model, GENERATORS, settings().select_at, RUN)
    assert found["warm"]["wise"]["gain_interval"] == pytest.approx(once["warm"]["wise"]["gain_interval"])


def test_intervals_are_wide_enough_for_all_rivals_together():
    table = proposed(rows())
    choice, found = trained(table)
    late = judging(table, 90)
    late = late[late["user_rows"].notna()]
    query, label = late["query"].to_numpy(), late["label"].to_numpy(bool)
    orders = [ranker.score(choice.model, late, RUN), -late["silly_rank"].to_numpy(float)]
    ours, other = (accuracy.ndcg_of_scores(query, label, order, 5) for order in orders)
    asked = late.iloc[np.unique(query, return_index=True)[1]]
    user, protocol = asked["user"].to_numpy(), pd.factorize(asked["protocol"])[0]
    low, high = found["warm"]["silly"]["gain_interval"]
    of_one = intervals((other - ours)[:, None], user, RUN.seed, protocol, level=0.95)[0]
    of_three = intervals((other - ours)[:, None], user, RUN.seed, protocol, level=1 - 0.05 / 3)[0]
    assert [low, high] == pytest.approx(of_three[1:].tolist())
    assert low < of_one[1]


def test_the_ranker_is_judged_by_rows_that_it_did_not_learn_from():
    """It knows by heart what it learned from numbers drawn at random; `wise` knows what is liked from day 90 on."""
    table, rng = rows(), np.random.default_rng(0)
    table["hidden"] = np.where(table["day"] < 90, rng.random(len(table)), table["x"])
    table[["x", "y"]] = rng.random((len(table), 2))
    table = proposed(table, "hidden").drop(columns="hidden")
    params = settings(iterations=200, depth=8, l2_leaf_reg=0.0)
    sides = holdout.taken(table, 90, params, RUN)
    _, found, model = holdout.fitted(training.drawn(table, params, RUN), sides, GENERATORS, params, RUN)
    late = sides[1]
    own = accuracy.ndcg_of_scores(
        late["query"].to_numpy(), late["label"].to_numpy(bool), ranker.score(model, late, RUN), 5
    ).mean()
    assert own > found["warm"]["ranker"]["ndcg"] + 0.2
    assert rivals.leads(found, BOTH)["warm"] == "wise"
