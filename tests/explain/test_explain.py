import numpy as np
import pandas as pd
import pytest
import shap
from catboost import sum_models

from tests.small import RUN, section
from twostage.explain import explain, scale
from twostage.explain.meanings import Meaning
from twostage.metrics.classification import auc
from twostage.ranking import ranker, training
from twostage.ranking.ranker import Ranker
from twostage.reports import Explain

NAN = float("nan")
EVEN = {"noise": 50.0, "fair": 50.0}


@pytest.mark.parametrize(
    ("values", "label", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0),
        # Pairs (positive, negative): 2 over 1, 2 under 3, 4 over 1, 4 over 3.
        ([1, 2, 3, 4], [0, 1, 0, 1], 3 / 4),
        # Ties count half: 2 over 1, 2 = 2.
        ([1, 2, 2], [0, 0, 1], 3 / 4),
        ([5, 5, 5], [0, 1, 0], 1 / 2),
        # NaN lies below every number and ties with NaN.
        ([NAN, 1, NAN], [1, 0, 0], 1 / 4),
        ([NAN, 1], [0, 1], 1),
        ([1, 2], [1, 1], 1 / 2),
        ([1, 2], [0, 0], 1 / 2),
    ],
)
def test_auc_by_hand(values, label, expected):
    assert auc(np.array(values, dtype=np.float64), np.array(label, dtype=bool)) == pytest.approx(expected)


def planted(positives: int = 100) -> pd.DataFrame:
    """`leak` tells every label, `fair` some of it, `noise` nothing."""
    rng = np.random.default_rng(0)
    label = np.arange(4 * positives) % 4 == 0
    fair = label + rng.normal(0, 1, len(label))
    columns = {"label": label, "leak": label * 1.0, "fair": fair, "noise": rng.random(len(label))}
    return pd.DataFrame({"query": np.arange(len(label)) // 8, **columns})


def test_a_share_of_the_shap_values_over_100_times_the_second_is_a_problem():
    even, shares = {"noise": 1.0, "fair": 1.0}, {"noise": 0.5, "fair": 99.5}
    assert explain.dominance(planted(), even, shares, EVEN)["problems"] == [
        "fair: share of the SHAP values 99.5 is over 100 x the second largest, 0.5"
    ]
    assert explain.dominance(planted(), even, {"noise": 1.0, "fair": 100.0}, EVEN)["problems"] == []


def test_a_feature_that_tells_every_label_is_a_problem():
    found = explain.dominance(planted(), {"leak": 40.0, "fair": 35.0, "noise": 25.0}, EVEN, EVEN)
    assert found["problems"] == ["leak: its own AUC is 1.0000", "leak: its own AUC within a query is 1.0000"]
    assert found["auc"]["fair"] == pytest.approx(0.76, abs=0.06)


def test_a_feature_that_tells_every_label_the_wrong_way_round_is_a_problem():
    rows = planted().assign(leak=lambda t: -t["leak"])
    assert explain.dominance(rows, {"leak": 1.0, "fair": 1.0}, EVEN, EVEN)["problems"] == [
        "leak: its own AUC is 0.0000",
        "leak: its own AUC within a query is 0.0000",
    ]


def test_a_feature_that_tells_every_label_of_its_own_query_is_a_problem():
    rows = planted(800)
    rows["leak"] += 100 * np.random.default_rng(1).permutation(len(rows) // 8)[rows["query"]]
    found = explain.dominance(rows, {"leak": 40.0, "fair": 35.0}, EVEN, EVEN)
    assert found["auc"]["leak"] == pytest.approx(0.5, abs=0.05)
    assert found["problems"] == ["leak: its own AUC within a query is 1.0000"]


def test_queries_of_positives_alone_tell_nothing_of_a_feature_within_them():
    # One row in all is no positive: a single pair of rows has an AUC of 0 or 1 whatever the feature.
    label = np.ones(960, bool)
    label[3] = False
    rows = planted(240).assign(label=label, fair=np.random.default_rng(3).random(960))
    assert explain.dominance(rows, {"fair": 1.0, "noise": 1.0}, EVEN, EVEN)["problems"] == []


def test_a_feature_that_rules_the_model_that_serves_is_a_problem():
    serving = {"noise": 0.5, "fair": 99.5}
    assert explain.dominance(planted(), EVEN, EVEN, serving)["problems"] == [
        "fair: importance in the model that serves 99.5 is over 100 x the second largest, 0.5"
    ]


def test_fewer_than_100_positives_may_be_told_by_chance():
    assert explain.dominance(planted(99), {"leak": 40.0, "fair": 35.0}, EVEN, EVEN)["problems"] == []


@pytest.mark.parametrize(("largest", "problem"), [(100.0, False), (100.5, True)])
def test_an_importance_over_100_times_the_second_is_a_problem(largest, problem):
    found = explain.dominance(planted(), {"noise": 1.0, "fair": largest}, EVEN, EVEN)
    assert [line.partition(":")[0] for line in found["problems"]] == (["fair"] if problem else [])
    assert found["largest"] == "fair"
    assert found["largest_over_median"] == pytest.approx(largest / ((largest + 1) / 2))


def test_an_only_feature_with_some_importance_is_a_problem():
    assert len(explain.dominance(planted(), {"fair": 100.0, "noise": 0.0}, EVEN, EVEN)["problems"]) == 1


def model_and_rows():
    rng = np.random.default_rng(1)
    query = np.repeat(np.arange(50), 6)
    rows = pd.DataFrame({"query": query, "item": np.tile(np.arange(6), 50), "user": query, "day": 1})
    rows = rows.assign(protocol="daily", x=rng.random(300), y=rng.random(300), label_day=1)
    rows["label"] = (rows["x"] > 0.8) & (rows["query"] < 45)
    params = section(Ranker, losses={"Logloss": 0.3}, depth=2)
    return ranker.train(rows, ["Logloss"], 9, params, RUN), rows


def test_importance_and_shap_of_a_planted_feature():
    model, rows = model_and_rows()
    importance = explain.importance(model)
    assert list(importance) == ["x", "y"]
    assert sum(importance.values()) == pytest.approx(100)
    some = explain.sample(rows, Explain(rows=40, holdout_rows=100), RUN)
    values = explain.contributions(model, some, RUN)
    assert list(values) == ["x", "y"]
    # Half of the 40 rows are positives, and SHAP values add up to the score less the same base for all.
    assert (len(some), (some["x"] > 0.8).sum()) == (40, 20)
    base = ranker.score(model, some, RUN) - values.sum(axis=1).to_numpy()
    np.testing.assert_allclose(base, base[0], atol=1e-6)
    change = {"loss_change": {"x": 0.3, "y": -0.1}, "loss_change_on": {"metric": "Logloss"}}
    known = {"x": Meaning("pair", "x"), "y": Meaning("user", "y")}
    report = explain.report({"loss": "Logloss"}, importance, change, values, rows, importance, known)
    assert report["loss"] == "Logloss"
    assert sum(report["shap_share"].values()) == pytest.approx(100)
    assert report["shap_share"]["x"] > 80
    assert report["kinds"] == {"x": "pair", "y": "user"}
    assert report["groups"]["loss_change"] == {"user": -0.1, "pair": 0.3}
    assert report["groups"]["importance"] == {"user": importance["y"], "pair": importance["x"]}


def test_contributions_are_those_of_shap():
    model, rows = model_and_rows()
    features = rows[["x", "y"]].astype(np.float32)
    expected = shap.TreeExplainer(model).shap_values(features)
    np.testing.assert_allclose(explain.contributions(model, rows, RUN), expected, atol=1e-6)


def logloss(score, rows):
    """Mean over rows of log(1 + exp(-score)) of a positive, log(1 + exp(score)) of any other."""
    return float(np.mean(np.log1p(np.exp(np.where(rows["label"], -score, score)))))


def pair_logit(score, rows):
    """Mean over pairs of a positive and another of its query of log(1 + exp(the other's score less its own))."""
    gaps = [
        other - positive
        for query in rows["query"].unique()
        for positive in score[rows["label"] & (rows["query"] == query)]
        for other in score[~rows["label"] & (rows["query"] == query)]
    ]
    return float(np.mean(np.log1p(np.exp(gaps))))


def query_soft_max(score, rows):
    """Mean over positives of the log of their query's sum of exp(score), less their own score."""
    total = np.exp(score).groupby(rows["query"]).transform("sum")
    return float((np.log(total) - score)[rows["label"]].mean())


MEASURED = {"Logloss": logloss, "YetiRank": pair_logit, "QuerySoftMax": query_soft_max}


def two_kinds() -> pd.DataFrame:
    """Daily and horizon queries of day 1 and 2; x tells a little of the labels, y nothing."""
    rng = np.random.default_rng(2)
    query = np.repeat(np.arange(120), 6)
    rows = pd.DataFrame({"query": query, "item": np.tile(np.arange(6), 120), "user": query, "label_day": 1})
    rows = rows.assign(day=1 + query % 2, protocol=np.where(query % 4 < 2, "daily", "horizon"))
    rows["x"], rows["y"] = rng.random((2, len(rows)))
    return training.with_positive(rows.assign(label=rng.random(len(rows)) < 0.1 + 0.3 * rows["x"]))


def of_early(rows, loss):
    return ranker.train(training.before(rows, 2), [loss], 9, section(Ranker, losses={loss: 0.3}, depth=2), RUN)


@pytest.mark.parametrize("loss", MEASURED)
def test_loss_change_is_the_loss_without_a_features_shap_values_less_that_with_them(loss):
    rows, by_hand = two_kinds(), MEASURED[loss]
    late = training.since(rows, 2)
    model = of_early(rows, loss)
    found = explain.loss_change(model, rows, {"losses": [loss], "holdout_from": 2}, 10_000, RUN)
    values = explain.contributions(model, late, RUN).set_index(late.index)
    score = pd.Series(ranker.score(model, late, RUN), late.index)
    metric = {"YetiRank": "PairLogit"}.get(loss, loss)
    size, bias = scale.fitted(score.to_numpy(), late, metric)
    with_all = by_hand(size * score + bias, late)
    expected = {name: by_hand(size * (score - values[name]) + bias, late) - with_all for name in values}
    assert found["loss_change"] == pytest.approx(expected, abs=1e-6)
    assert found["loss_change_on"] == {"metric": metric, "rows": len(late), "queries": late["query"].nunique()}


@pytest.mark.parametrize("loss", MEASURED)
def test_loss_change_of_a_feature_that_tells_a_little_is_little_and_above_0_whatever_the_scale(loss):
    rows, choice = two_kinds(), {"losses": [loss], "holdout_from": 2}
    model = of_early(rows, loss)
    found = explain.loss_change(model, rows, choice, 10_000, RUN)["loss_change"]
    # On the scale of the sum of two models it was .11, -.11 and -.51 of these losses.
    assert 0.05 > found["x"] > abs(found["y"])
    larger = explain.loss_change(sum_models([model], weights=[5.0]), rows, choice, 10_000, RUN)["loss_change"]
    assert larger == pytest.approx(found, abs=1e-6)


def test_loss_change_is_repeated_and_of_as_many_queries_as_the_rows_allow():
    rows, choice = two_kinds(), {"losses": ["YetiRank"], "holdout_from": 2}
    found, again = (explain.loss_change(of_early(rows, "YetiRank"), rows, choice, 60, RUN) for _ in range(2))
    assert found == again
    of_sum = choice | {"losses": ["Logloss", "QuerySoftMax"]}
    assert explain.loss_change(of_early(rows, "YetiRank"), rows, of_sum, 60, RUN) == found
    # Ten queries of six rows.
    assert found["loss_change_on"] == {"metric": "PairLogit", "rows": 60, "queries": 10}


def test_a_place_that_only_the_watched_have_is_a_problem_wherever_the_missing_one_stands():
    """`leak` is 1 for the watched, 2 for one other of four, and no place of the others."""
    rows = planted()
    rows["leak"] = np.where(rows["label"], 1.0, np.where(np.arange(len(rows)) % 4 == 1, 2.0, np.nan))
    assert explain.dominance(rows, {"leak": 40.0, "fair": 35.0}, EVEN, EVEN)["problems"] == [
        "leak: its own AUC is 0.0000",
        "leak: its own AUC within a query is 0.0000",
    ]
