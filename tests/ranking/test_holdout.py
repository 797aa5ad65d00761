from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tests.ranked import LOSSES, TEST, chosen, many, proposed, rows, settings
from tests.small import RUN
from twostage.base.errors import InputError
from twostage.metrics import accuracy
from twostage.ranking import fallback, holdout, ranker, reading, training
from twostage.split import ValidFolds


def predictions(table: pd.DataFrame, holdout_from: int, monkeypatch, probe: pd.DataFrame) -> dict[str, bytes]:
    """What each candidate model of the choice, trained with the labels of this table, says of the probe."""
    said, members = {}, ranker.members

    def kept(rows, losses, trees, params, run):
        models, (loss,) = members(rows, losses, trees, params, run), losses
        said[loss] = b"".join(ranker.score(model, probe, run).tobytes() for model in models.values())
        return models

    with monkeypatch.context() as patch:
        patch.setattr(holdout, "members", kept)
        chosen(table, holdout_from)
    return said


def test_nothing_on_the_holdouts_first_day_or_later_reaches_the_candidate_models(monkeypatch):
    table = rows()
    h = TEST - 10
    late_label = table["label"] & (table["label_day"] >= h) & (table["day"] < h)
    late_row = table["day"] >= h
    assert late_label.sum() > 5
    other = table.copy()
    # Labels that lie in the holdout vanish from earlier queries; the holdout's own rows turn round.
    other.loc[late_label, ["label", "label_day"]] = [False, 0]
    other.loc[late_row, "label"] = ~other.loc[late_row, "label"]
    other.loc[late_row, "label_day"] = np.where(other.loc[late_row, "label"], h, 0)
    other.loc[late_row, ["x", "y"]] = 0.5
    found = predictions(table, h, monkeypatch, table)
    assert predictions(other, h, monkeypatch, table) == found
    assert set(found) == set(LOSSES)
    early = table.index[table["label"] & (table["label_day"] < h)]
    assert predictions(table.drop(early[::2]), h, monkeypatch, table) != found


def test_of_many_candidates_those_that_train_the_candidate_models_are_drawn_by_nothing_of_the_holdout(tmp_path):
    h, cap = 90, settings(max_candidates=10_000, negatives=3)
    table = many(h)
    late_label = table["label"] & (table["label_day"] >= h) & (table["day"] < h)
    other = table[(table["day"] < h) | (table["query"] % 3 == 0)].copy()
    other.loc[late_label, ["label", "label_day"]] = [False, 0]
    found = []
    for name, rows_of in (("a", table), ("b", other)):
        (tmp_path / name).mkdir()
        rows_of.to_parquet(tmp_path / name / "valid_1.parquet")
        found.append(reading.read(tmp_path / name, ["valid_1"], holdout.sides(h, cap), RUN))
    (early, late), (early_of_other, late_of_other) = found
    pd.testing.assert_frame_equal(early, early_of_other)
    # Of 15 early queries with an early label ten are as many rows as the cap allows. The late side has its own.
    assert early.groupby("query")["label"].agg(["sum", "size"]).to_numpy().tolist() == [[2, 5]] * 10
    assert [side["query"].nunique() for side in (late, late_of_other)] == [10, 7]
    assert (late.groupby("query").size() == 1000).all()


def test_without_a_cap_both_sides_are_all_that_there_is():
    table = rows()
    taken = holdout.taken(table, 90, settings(), RUN)
    pd.testing.assert_frame_equal(taken[0].sort_index(), training.with_positive(training.before(table, 90)))
    pd.testing.assert_frame_equal(taken[1], training.with_positive(training.since(table, 90)))


@pytest.mark.parametrize(
    ("losses", "trees"), [(["Logloss"], 5), (["QuerySoftMax", "YetiRank"], 5), ([*sorted(LOSSES)], 10)]
)
def test_the_chosen_model_is_the_one_trained_on_the_early_side_with_so_many_trees(losses, trees, monkeypatch):
    table, kept = rows(), {"loss": " + ".join(losses), "trees": trees}
    monkeypatch.setattr(holdout, "_choice", lambda *_: kept)
    choice = chosen(table, 90)
    assert (choice.losses, choice.trees) == (losses, trees)
    early, late = holdout.taken(table, 90, settings(), RUN)
    members = ranker.members(early, choice.losses, choice.trees, settings(), RUN).values()
    alone = sum(score / score.std() for score in (ranker.score(model, late, RUN) for model in members))
    assert choice.model.tree_count_ == 2 * len(losses) * trees
    np.testing.assert_allclose(ranker.score(choice.model, late, RUN), alone, rtol=1e-9)
    query, label = late["query"].to_numpy(), late["label"].to_numpy()
    parts = [(late["protocol"] == kind).to_numpy() for kind in ("horizon", "daily")]
    said = np.mean([accuracy.ndcg_of_scores(query[part], label[part], alone[part], 5).mean() for part in parts])
    curve = choice.curve.set_index(["loss", "trees"])["ndcg"]
    assert curve[kept["loss"], trees] == pytest.approx(said)


def test_the_choice_is_nearly_the_best_point_of_the_curves():
    choice = chosen(rows(), 90)
    asked = [" + ".join(some) for n in (1, 2, 3) for some in combinations(sorted(LOSSES), n)]
    assert choice.curve.groupby("loss")["trees"].apply(list).to_dict() == {loss: [5, 10] for loss in asked}
    best, said = choice.curve["ndcg"].max(), choice.as_json()
    kept = " + ".join(said["losses"])
    assert said["holdout_ndcg"][kept] * 1.01 > best > 0.8  # x tells nearly everything
    (ndcg,) = choice.curve.loc[(choice.curve["loss"] == kept) & (choice.curve["trees"] == choice.trees), "ndcg"]
    assert ndcg * 1.01 > said["holdout_ndcg"][kept]


@pytest.mark.parametrize(
    ("prefer", "ranks"),
    [
        (["YetiRank", "QuerySoftMax"], {"QuerySoftMax": (0, 1), "Logloss": (-2, 1), "Logloss + QuerySoftMax": (-1, 2)}),
        (["QuerySoftMax", "Logloss"], {"Logloss + QuerySoftMax": (0, 2), "QuerySoftMax": (-1, 1), "Logloss": (-1, 1)}),
        ([], {"QuerySoftMax": (-1, 1), "Logloss": (-1, 1), "Logloss + QuerySoftMax": (-2, 2)}),
    ],
)
def test_sums_rank_by_the_losses_that_differ_from_those_preferred_and_listed_then_by_how_many(
    prefer, ranks, monkeypatch
):
    told, choice = [], holdout._choice
    monkeypatch.setattr(holdout, "_choice", lambda curve, rank: told.append(rank) or choice(curve, rank))
    params = settings(prefer=prefer, losses={"QuerySoftMax": 0.3, "Logloss": 0.3})
    holdout.choose(*holdout.taken(rows(), 90, params, RUN), params, RUN)
    assert {name: told[0](name) for name in ranks} == ranks


@pytest.mark.parametrize("holdout_from", [70, 60, 100])
def test_a_holdout_with_an_empty_side_is_named(holdout_from):
    with pytest.raises(InputError, match=r"ranker\.holdout_days = 10: one side"):
        chosen(rows(), holdout_from)


def test_a_holdout_whose_training_labels_all_lie_in_it_is_named():
    table = rows().assign(label_day=99)
    with pytest.raises(InputError, match=r"ranker\.holdout_days"):
        chosen(table, 90)


def test_early_positives_of_which_nothing_was_watched_are_named():
    table = rows().assign(label_watched_pct=0)
    early, late = holdout.taken(table, 90, settings(), RUN)
    with pytest.raises(InputError, match=r"ranker\.label = 'watched_pct': nothing was watched of what"):
        holdout.choose(early, late, settings(label="watched_pct"), RUN)


@pytest.mark.parametrize(
    ("folds", "days", "expected"),
    [
        (["valid_1"], None, 18716 - 3),  # a third of ten days
        (["valid_1", "valid_2"], None, 18716 - 10),  # the latest fold
        (["valid_3", "valid_2"], None, 18716 - 20),
        (["valid_2"], None, 18716 - 13),
        (["valid_1", "valid_2"], 4, 18716 - 4),
    ],
)
def test_first_day_of_the_holdout(folds, days, expected):
    # 2021-03-30 is day 18716.
    dates = {"valid_start": "2021-03-20", "test_start": "2021-03-30", "valid_folds": folds}
    assert holdout.start(ValidFolds.model_validate(dates), settings(holdout_days=days)) == expected


# Folds of ten days before the test; horizon queries are of a fold's first day.
@pytest.mark.parametrize(
    ("folds", "kinds", "least", "most"),
    [
        (["valid_1"], ["daily", "horizon"], 1, 9),
        (["valid_2"], ["daily"], 11, 19),
        (["valid_1", "valid_3"], ["daily"], 1, 29),
        (["valid_1", "valid_3"], ["horizon"], 10, 29),
    ],
)
def test_queries_must_lie_on_both_sides_of_the_holdouts_first_day(folds, kinds, least, most):
    dates = {"valid_start": "2021-03-20", "test_start": "2021-03-30", "valid_folds": folds}
    listed = ValidFolds.model_validate(dates)
    for days in (least, most, None):
        holdout.check(listed, settings(queries=kinds, holdout_days=days))
    for days in {least - 1, most + 1} - {0}:
        with pytest.raises(InputError, match=rf"ranker\.holdout_days = {days}, expected {least} to {most}: "):
            holdout.check(listed, settings(queries=kinds, holdout_days=days))


@pytest.mark.parametrize(("kinds", "valid_start"), [(["horizon"], "2021-03-20"), (["daily"], "2021-03-29")])
def test_queries_of_one_day_leave_nothing_to_choose_by(kinds, valid_start):
    dates = {"valid_start": valid_start, "test_start": "2021-03-30", "valid_folds": ["valid_1"]}
    with pytest.raises(InputError, match=rf"ranker\.queries = \['{kinds[0]}'\] of .*'valid_1'.* are all of one day"):
        holdout.check(ValidFolds.model_validate(dates), settings(queries=kinds, holdout_days=None))


def of_one(loss: str, trees: list[int], ndcg: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"loss": loss, "trees": trees, "ndcg": ndcg})


def taken(*curves: pd.DataFrame) -> tuple[str, int]:
    def rank(name: str) -> tuple[int, ...]:
        losses = name.split(" + ")
        return -len({"YetiRank"} ^ {*losses}), len(losses)

    look = holdout._choice(pd.concat(curves), rank)
    return look["loss"], look["trees"]


@pytest.mark.parametrize(("other", "wanted"), [(0.504, ("YetiRank", 40)), (0.506, ("Logloss", 20))])
def test_what_is_preferred_is_kept_unless_another_is_clearly_better(other, wanted):
    first = of_one("YetiRank", [20, 40, 60], [0.4, 0.5, 0.45])
    second = of_one("Logloss", [20, 40], [other, 0.3])
    assert taken(first, second) == taken(second, first) == wanted


def test_of_those_that_are_nearly_as_good_as_a_clearly_better_one_the_nearest_to_what_is_preferred_is_taken():
    preferred, best = of_one("YetiRank", [20], [0.45]), of_one("Logloss", [20], [0.5])
    near, far = of_one("Logloss + YetiRank", [20], [0.497]), of_one("Logloss + QuerySoftMax", [20], [0.499])
    assert taken(preferred, best, near, far) == ("Logloss + YetiRank", 20)
    assert taken(preferred, best, far) == ("Logloss", 20)
    assert taken(preferred, best, of_one("QuerySoftMax", [20], [0.499])) == ("Logloss", 20), "as far, and better"
    assert taken(preferred, best, near.assign(ndcg=0.49)) == ("Logloss", 20)
    three = of_one("Logloss + QuerySoftMax + YetiRank", [20], [0.496])
    assert taken(preferred, best, three) == ("Logloss + QuerySoftMax + YetiRank", 20), "as far, of more losses"
    assert taken(preferred, best.assign(ndcg=0.499), of_one("QuerySoftMax", [20], [0.5])) == ("QuerySoftMax", 20)


@pytest.mark.parametrize(("last", "wanted"), [([0.4951, 0.4949], 60), ([0.49, 0.496], 80), ([0.49, 0.48], 40)])
def test_of_trees_the_most_are_taken_that_are_not_clearly_worse_than_the_best(last, wanted):
    assert taken(of_one("YetiRank", [20, 40, 60, 80], [0.4, 0.5, *last])) == ("YetiRank", wanted)


def test_losses_are_compared_at_the_trees_that_they_would_have():
    first, peak = of_one("YetiRank", [20, 40], [0.5, 0.5]), of_one("Logloss", [20, 40], [0.506, 0.504])
    assert taken(first, peak) == ("YetiRank", 40)


def test_nothing_hangs_on_the_order_of_the_losses():
    """DVC compares a mapping without its order: another order must not be another model."""
    found = []
    for losses in (LOSSES, dict(reversed(LOSSES.items()))):
        params = settings(losses=losses)
        found.append(holdout.choose(*holdout.taken(rows(), 90, params, RUN), params, RUN))
    assert found[0].as_json() == found[1].as_json()


def test_what_is_fitted_is_the_sum_that_was_chosen(monkeypatch):
    monkeypatch.setattr(holdout, "_choice", lambda *_: {"loss": "QuerySoftMax + YetiRank", "trees": 5})
    params, table = settings(), proposed(rows())
    sides, drawn = holdout.taken(table, 90, params, RUN), training.drawn(table, params, RUN)
    *_, model = holdout.fitted(drawn, sides, ["wise", "silly"], params, RUN)
    expected = ranker.train(drawn, ["QuerySoftMax", "YetiRank"], 5, params, RUN)
    assert model.tree_count_ == 4 * 5
    assert ranker.score(model, table, RUN).tobytes() == ranker.score(expected, table, RUN).tobytes()


def test_what_is_fitted_has_the_note_of_what_leads(monkeypatch):
    monkeypatch.setattr(holdout, "leads", lambda *_: {"warm": "wise"})
    params, table = settings(), proposed(rows())
    *_, model = holdout.fitted(table, holdout.taken(table, 90, params, RUN), ["wise", "silly"], params, RUN)
    assert fallback.noted(model) == {"warm": "wise"}


def test_the_last_look_is_at_all_trees():
    params = settings(check_every=4)
    curve = holdout.choose(*holdout.taken(rows(), 90, params, RUN), params, RUN).curve
    assert curve["trees"].unique().tolist() == [4, 8, 10]
