"""What a run leaves: the contract with whoever reads the files."""

import json
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from bench import oracle, refit
from tests.ranked import read
from twostage.base import params
from twostage.base.params import Run
from twostage.ranking import fallback, ranker
from twostage.ranking.ranker import Ranker
from twostage.split import ValidFolds, day

COMPARED = {
    *("recall", "recall_per_candidate", "served", "union_recall", "union_candidates", "marginal_recall", "budgets"),
    *("warm", "cold", "overlap", "jaccard", "rbo", "rbo_min", "rbo_w", "kendall"),
    *(
        "diversity",
        "coverage",
        "gini",
        "herfindahl",
        "entropy",
        "inter_list",
        "intra_list",
        "novelty",
        "popularity_age",
    ),
}
MEASURES = {"map", "ndcg", "recall", "precision", "mrr", "hit_rate"}


@pytest.fixture(scope="module")
def log(base) -> pd.DataFrame:
    return pd.read_csv(base.path("data/raw/fetched/interactions.csv"))


def test_every_user_gets_k_unseen_items_for_tomorrow(base, log):
    lists = pd.read_parquet(base.path("data/recommendations.parquet"))
    assert list(lists.columns) == ["user_id", "item_id", "rank", "score"]
    assert set(lists["user_id"]) == set(log["user_id"])
    unseen = log["item_id"].nunique() - log.groupby("user_id")["item_id"].nunique()
    sizes = lists.groupby("user_id").size()
    assert sizes.equals(unseen.clip(upper=base.params["recommend"]["k"]).reindex(sizes.index))
    assert (lists.groupby("user_id")["rank"].agg(list).map(lambda ranks: ranks == list(range(1, len(ranks) + 1)))).all()
    assert not lists.duplicated(["user_id", "item_id"]).any()
    assert lists.merge(log, on=["user_id", "item_id"]).empty
    assert (lists.groupby("user_id")["score"].diff().dropna() <= 0).all()


def test_every_test_user_gets_a_list_cold_ones_too(base, log):
    lists = pd.read_parquet(base.path("data/test_recommendations.parquet"))
    start = base.params["split"]["test_start"]
    before, after = log[log["last_watch_dt"] < start], log[log["last_watch_dt"] >= start]
    assert set(lists["user_id"]) == set(after["user_id"])
    assert set(lists["user_id"]) - set(before["user_id"]), "the log should have cold users"
    assert lists.merge(before, on=["user_id", "item_id"]).empty


@pytest.mark.parametrize("fold", ["valid_1", "test"])
def test_no_relevant_item_was_watched_before_its_querys_day(base, fold):
    """So a protocol of items seen or not would have the same labels."""
    rows = pd.read_parquet(base.path("data/log/interactions.parquet"), columns=["user", "item", "day"])
    folder = base.path(f"data/folds/{fold}")
    asked = pd.read_parquet(folder / "queries.parquet")
    labels = pd.read_parquet(folder / "labels.parquet", columns=["query", "item"])
    watched = labels.merge(asked, on="query").merge(rows, on=["user", "item"], suffixes=("", "_watched"))
    assert len(watched) == len(labels) > 0
    assert (watched["day_watched"] >= watched["day"]).all()


def test_the_ranker_that_serves_also_learned_from_as_many_days_of_the_test_as_a_valid_fold_has(pair):
    judged, serving = (ranker.load(pair.path(f"data/ranker/{name}.cbm")) for name in ("ranker", "final"))
    run, settings, split = (params.load(kind, pair.path("params.yaml")) for kind in (Run, Ranker, ValidFolds))
    folds = [*(f"valid/{name}" for name in split.valid_folds), "test"]
    stop = day(split.test_start) + split.length
    rows = read(pair.path("data/features"), folds, settings, run, few=True, stop=stop)
    assert rows["day"].max() == stop - 1
    assert read(pair.path("data/features"), ["test"], settings, run)["day"].max() >= stop
    choice = pair.json("data/ranker/choice.json")
    anew = ranker.train(rows, choice["losses"], choice["trees"], settings, run)
    assert (ranker.score(serving, rows, run) == ranker.score(anew, rows, run)).all()
    assert (ranker.score(serving, rows, run) != ranker.score(judged, rows, run)).any()


def test_the_best_on_the_holdout_leads_both_in_the_test_and_in_serving(base):
    choice, report = base.json("data/ranker/choice.json"), base.json("metrics/ranker.json")
    assert report["beside"] == choice["beside"]
    assert report["leads"] == choice["leads"]
    for segment, systems in choice["beside"].items():
        assert set(systems) == {*base.params["generators"], "fusion", "ranker"}
        ahead = [name for name, said in systems.items() if said["gain_interval"][0] > 0]
        assert choice["leads"][segment] == max(ahead, key=lambda name: systems[name]["ndcg"], default="ranker")
    for name in ("ranker", "final"):
        assert fallback.noted(ranker.load(base.path(f"data/ranker/{name}.cbm"))) == choice["leads"]


def test_ranking_holds_every_system_protocol_and_segment(base):
    ranking = base.json("metrics/ranking.json")
    assert set(ranking) == {*base.params["generators"], "fusion", "ranker"}
    for protocols in ranking.values():
        assert set(protocols) == {"horizon", "daily"}
        for segments in protocols.values():
            assert {"coverage", "novelty", "popularity"} <= set(segments)
            for segment in ("all", "warm", "cold"):
                assert set(segments[segment]) >= MEASURES | {f"{name}_interval" for name in MEASURES}
                low, high = segments[segment]["ndcg_interval"]
                assert low <= segments[segment]["ndcg"] <= high


def test_the_proof_judges_the_ranker_against_every_other_system(base):
    proof, ranking = base.json("metrics/proof.json"), base.json("metrics/ranking.json")
    others = {*base.params["generators"], "fusion"}
    assert proof["leads"]["tests"] == 2 * 3 * 2 * len(others)
    for protocol in ("horizon", "daily"):
        for segment in ("all", "warm", "cold"):
            block = proof["leads"][protocol][segment]
            assert set(block) == others
            ranker = ranking["ranker"][protocol][segment]
            for name, lead in block.items():
                assert lead["ndcg"] == pytest.approx(ranker["ndcg"] - ranking[name][protocol][segment]["ndcg"])
                assert 0 < lead["ndcg_p"] <= lead["ndcg_holm"] <= 1
        assert {"warm", "cold", "light", "heavy"} <= set(proof["parts"][protocol])
        assert set(proof["steps"][protocol]["systems"]) == {"fusion", "scores_only", "ranker"}
        ceiling = proof["ceiling"][protocol]["all"]
        assert ceiling["recall_at_k"] <= ceiling["recall_at_k_of_a_perfect_order"] <= ceiling["union_recall"]


@pytest.mark.parametrize(("fold", "file"), [("valid_1", "valid/valid_1"), ("test", "test")])
def test_given_pairs_are_what_was_watched_and_a_candidate_has_the_same_features(base, fold, file):
    """So they were scored by this fold's generators, which saw nothing of it."""
    rows, candidates, log, asked = (
        pd.read_parquet(base.path(f"data/{name}.parquet"))
        for name in (f"given/{fold}", f"features/{file}", "log/interactions", f"folds/{fold}/queries")
    )
    known = log.dropna(subset="watched_pct").merge(asked[asked["protocol"] == "daily"], on=["user", "day"])
    pairs = sorted(zip(known["query"], known["item"], strict=True))
    found = list(zip(rows["query"], rows["item"], strict=True))
    if fold == "test":
        assert found == pairs
    else:
        most = base.params["observed"]["max_pairs"]
        assert most - 20 < len(found) <= most < len(pairs)
        assert set(found) < set(pairs)
    ours, theirs = (table.set_index(["query", "item"]) for table in (rows, candidates))
    both = theirs.index.intersection(ours.index)
    assert 0 < len(both) < len(rows)
    features = [name for name in ours if name in theirs and name not in ("user", "day", "label")]
    assert len(features) > 60
    np.testing.assert_array_equal(ours.loc[both, features], theirs.loc[both, features])


def test_what_was_liked_is_learned_from_the_valid_folds_alone(base, tmp_path):
    copy = base.copy(tmp_path / "copy")
    report = copy.json("metrics/observed.json")
    valid, test = (pd.read_parquet(copy.path(f"data/given/{fold}.parquet")) for fold in ("valid_1", "test"))
    assert (report["learned_from"], report["pairs"]) == (len(valid), len(test))
    start = copy.json("data/folds/test/fold.json")["start"]
    log = pd.read_parquet(copy.path("data/log/interactions.parquet"))
    assert report["warm"]["pairs"] == test["user"].isin(log.loc[log["day"] < start, "user"]).sum()
    # Labels of the test the other way round: the same scores, and what was right is wrong.
    copy.path("data/given/test.parquet").unlink()  # a link into the cache
    test.assign(label=~test["label"]).to_parquet(copy.path("data/given/test.parquet"))
    copy.stage("observed")
    turned = copy.json("metrics/observed.json")["all"]["scorers"]
    for name, said in report["all"]["scorers"].items():
        if not test.get(name, pd.Series()).hasnans:  # what isn't scored lies below all either way
            assert turned[name]["roc_auc"] == pytest.approx(1 - said["roc_auc"])


def test_quality_at_k_is_that_of_the_ranking(base):
    curves = pd.read_csv(base.path("plots/quality_at_k.csv"))
    k, ranking = base.params["recommend"]["k"], base.json("metrics/ranking.json")
    at_k = curves[curves["k"] == k].set_index(["protocol", "segment", "system"])
    for system, protocols in ranking.items():
        for protocol, segments in protocols.items():
            for name in ("ndcg", "map", "recall"):
                assert at_k.loc[(protocol, "warm", system), name] == pytest.approx(segments["warm"][name])
    assert curves["k"].max() == 2 * k


def test_generators_are_compared_alike_on_both_periods(base):
    found = base.json("metrics/generators.json")
    assert set(found) == {"valid", "test"}
    assert set(found["valid"]) == set(found["test"]) >= COMPARED


def test_lists_hold_more_of_what_the_simulator_makes_probable_than_chance(base, tmp_path):
    copy = base.copy(tmp_path / "copy")
    copy.set(data__source="simulated")  # what the replica of KION is
    shares = oracle.shares(copy.folder, 200)
    assert set(shares) == {"warm", "cold"}
    assert set(shares["warm"]) == set(shares["cold"]) == {"als", "popular", "fusion", "ranker"}
    items = len(pd.read_parquet(base.path("data/log/items.parquet")))
    assert all(10 / items < share < 1 for share in shares["warm"].values())
    assert shares["cold"].pop("als") == 0
    assert all(10 / items < share < 1 for share in shares["cold"].values())


def test_refitted_models_give_the_figures_of_the_run_and_older_ones_others(base):
    ranking = json.loads(base.path("metrics/ranking.json").read_text())
    found = refit.compared(base.folder).set_index(["system", "segment"])
    for system, segment in found.index:
        assert found.loc[(system, segment), "map refitted"] == ranking[system]["horizon"][segment]["map"]
    of_als = found.loc[("als", "warm")]
    assert of_als["map of valid_1"] != of_als["map refitted"]
    assert found.loc[("popular", "warm"), "map of valid_1"] == found.loc[("popular", "warm"), "map refitted"]


def test_coverage_is_a_share_of_the_whole_catalogue(base):
    asked = pd.read_parquet(base.path("data/folds/test/queries.parquet")).query("protocol == 'horizon'")["query"]
    lists, items = (pd.read_parquet(base.path(f"data/{name}.parquet")) for name in ("lists/test", "log/items"))
    k, ranking = base.params["recommend"]["k"], base.json("metrics/ranking.json")
    for system, said in ranking.items():
        shown = lists[(lists["system"] == system) & (lists["rank"] <= k) & lists["query"].isin(asked)]
        assert said["horizon"]["coverage"] == shown["item"].nunique() / len(items)
    assert {*ranking} == {*base.params["generators"], "fusion", "ranker"}


def test_nothing_left_to_recommend_is_one_line(base, tmp_path):
    copy = base.copy(tmp_path / "copy")
    path = copy.path("data/lists/final.parquet")
    empty = pd.read_parquet(path).iloc[:0]
    path.unlink()
    empty.to_parquet(path)
    found = copy.stage("diversity")
    assert found.code != 0
    assert found.errors == [
        "error: nothing is left to recommend: every user has watched every item of the log and of items.csv"
    ]


def test_diversity_is_drawn_to_twice_k(base):
    curve = pd.read_csv(base.path("plots/diversity.csv"))
    k = base.params["recommend"]["k"]
    assert curve["k"].tolist() == list(range(1, 2 * k + 1))
    assert curve.loc[curve["k"] == k, "diversity"].item() == base.json("metrics/diversity.json")["diversity"]


def test_the_audit_looked_at_every_fold_and_passed(base):
    audit = base.json("metrics/audit.json")
    assert set(audit["folds"]) == {"valid_1", "test", "final"}
    assert all(fold["queries"] > 0 and fold["rows"] > 0 for fold in audit["folds"].values())
    assert audit["passed"] is True


def test_metrics_are_finite(base):
    def refuse(constant):
        raise AssertionError(constant)

    for path in base.path("metrics").glob("*.json"):
        json.loads(path.read_text(), parse_constant=refuse)


@pytest.mark.parametrize("words", ["metrics show", "metrics diff", "params diff", "dag", "status"])
def test_dvc_commands(base, words):
    outcome = base.dvc(*words.split())
    assert outcome.code == 0, outcome.output


def test_the_page_of_plots_needs_no_network(base, tmp_path):
    outcome = base.dvc("plots", "show", "--out", str(tmp_path / "page"))
    assert outcome.code == 0, outcome.output
    page = (tmp_path / "page" / "index.html").read_text()
    assert "Diversity(k)" in page
    assert "cdn.jsdelivr" not in page


def test_the_curves_of_the_losses_that_are_compared_are_on_the_page(base, tmp_path):
    outcome = base.dvc("plots", "show", "learning_curves", "--json", "--out", str(tmp_path / "page"))
    assert outcome.code == 0, outcome.output
    assert "could not find" not in outcome.output
    [plot] = json.loads(outcome.output)["data"]["learning_curves"]
    drawn = [(row["field"], row["dvc_inferred_y_value"]) for row in plot["content"]["data"]["values"]]
    curve = pd.DataFrame(base.json("metrics/ranker.json")["curve"]).set_index("loss")["ndcg"]
    assert set(curve.index) == {*ranker.sums(base.params["ranker"]["losses"])}
    looks = curve["Logloss"]
    unseen = looks * np.nan
    every = [(name, value) for name in ranker.sums(get_args(ranker.Loss)) for value in curve.get(name, unseen)]
    assert drawn == [(name, "NaN" if np.isnan(value) else str(value)) for name, value in every]
