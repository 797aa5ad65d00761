from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.ranked import LOSSES, rows, settings
from tests.small import RUN
from twostage.base.errors import InputError, mendable
from twostage.ranking import ranker, training
from twostage.ranking.training import PERCENT


def test_the_refit_sees_every_label():
    table = rows()
    cut = table.assign(label=table["label"] & (table["label_day"] < 90))
    full, less = (ranker.train(t, ["Logloss"], 5, settings(), RUN) for t in (table, cut))
    assert (ranker.score(full, table, RUN) != ranker.score(less, table, RUN)).any()


def test_kinds_of_queries_are_learned_apart_and_added_up_at_equal_spread():
    table = rows()
    kinds = [ranker.train(table, ["Logloss"], 5, settings(queries=[kind]), RUN) for kind in ("horizon", "daily")]
    alone = [ranker.score(model, table, RUN) for model in kinds]
    both = ranker.score(ranker.train(table, ["Logloss"], 5, settings(), RUN), table, RUN)
    np.testing.assert_allclose(both, sum(score / score.std() for score in alone), rtol=1e-9)
    daily = table[table["protocol"] == "daily"]
    of_daily = ranker.train(daily, ["Logloss"], 5, settings(queries=["daily"]), RUN)
    np.testing.assert_array_equal(ranker.score(of_daily, table, RUN), alone[1])


def test_models_of_several_losses_are_added_up_at_equal_spread():
    table = training.drawn(rows(), settings(), RUN)
    alone = {
        f"{loss}_{kind}": ranker.score(ranker.train(table, [loss], 5, settings(queries=[kind]), RUN), table, RUN)
        for loss in ("YetiRank", "Logloss")
        for kind in ("horizon", "daily")
    }
    assert list(ranker.members(table, ["YetiRank", "Logloss"], 5, settings(), RUN)) == [*alone]
    both = ranker.train(table, ["YetiRank", "Logloss"], 5, settings(), RUN)
    assert both.tree_count_ == 4 * 5
    expected = sum(score / score.std() for score in alone.values())
    np.testing.assert_allclose(ranker.score(both, table, RUN), expected, rtol=1e-9)


def test_every_sum_of_losses_has_one_name():
    assert ranker.sums(["b", "a"]) == ranker.sums(["a", "b"]) == {"a": ("a",), "b": ("b",), "a + b": ("a", "b")}
    assert len(ranker.sums(["c", "a", "b"])) == 7


def test_a_kind_without_a_positive_is_left_out():
    table = rows()
    table["label"] &= table["protocol"] == "daily"
    both, daily = (
        ranker.train(table, ["Logloss"], 5, settings(queries=q), RUN) for q in (["horizon", "daily"], ["daily"])
    )
    np.testing.assert_array_equal(ranker.score(both, table, RUN), ranker.score(daily, table, RUN))


def test_a_kind_of_positives_alone_is_left_out_and_none_but_such_is_named():
    table = rows()
    of_daily = (table["protocol"] == "daily").to_numpy()
    table = table[~of_daily | table["label"].to_numpy()]
    assert list(ranker.members(table, ["Logloss"], 5, settings(), RUN)) == ["Logloss_horizon"]
    with pytest.raises(InputError, match=r"^params.yaml: candidates\.n: all \d+ candidates that train .* were watched"):
        ranker.members(table[table["label"]], ["Logloss"], 5, settings(), RUN)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_query_of_whose_positives_nothing_was_watched_teaches_nothing(loss):
    table = rows().assign(label_watched_pct=100)
    nothing = table["query"] % 5 < 3
    graded = settings(label="watched_pct")
    tables = table.assign(label_watched_pct=np.where(nothing, 0, 100)), table[~nothing]
    found, without = (ranker.members(learned, [loss], 5, graded, RUN) for learned in tables)
    for one, other in zip(found.values(), without.values(), strict=True):
        np.testing.assert_array_equal(ranker.score(one, table, RUN), ranker.score(other, table, RUN))


def test_positives_of_which_nothing_was_watched_at_all_are_named():
    table = rows().assign(label_watched_pct=0)
    with pytest.raises(InputError, match=r"^params.yaml: ranker\.label = 'watched_pct': nothing was watched of what"):
        ranker.train(table, ["Logloss"], 5, settings(label="watched_pct"), RUN)


def test_the_spread_of_equal_scores_is_one():
    assert (ranker.spread(np.array([2.0, 2.0])), ranker.spread(np.array([1.0, 5.0]))) == (1.0, 2.0)
    assert ranker.spread(np.full(3, 0.1)) == 1.0  # their standard deviation is 1e-17


@pytest.mark.parametrize("loss", LOSSES)
def test_the_same_rows_give_the_same_file_and_the_file_the_same_scores(loss, tmp_path):
    table = rows()
    for name in ("a", "b"):
        ranker.save(ranker.train(table, [loss], 4, settings(), RUN), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    model = ranker.train(table, [loss], 4, settings(), RUN)
    loaded = ranker.load(tmp_path / "a")
    assert loaded.feature_names_ == ["x", "y"]
    assert ranker.score(loaded, table, RUN).tobytes() == ranker.score(model, table, RUN).tobytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("trees", [1, 100])  # a file that fits into one buffer, and one of several
def test_a_full_disk_while_the_model_is_saved_ends_in_a_line_and_leaves_the_earlier_file(tmp_path, trees):
    model, path = ranker.train(rows(), ["Logloss"], trees, settings(queries=["daily"]), RUN), tmp_path / "a.cbm"
    path.write_bytes(b"earlier")
    (tmp_path / ".a.cbm.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as found:
        ranker.save(model, path)
    assert mendable(found.value) == f"no space left on the disk for {path}; free some and run again"
    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_is_the_one_that_catboost_would_write(tmp_path):
    model = ranker.train(rows(), ["Logloss"], 4, settings(), RUN)
    ranker.save(model, tmp_path / "a")
    model.save_model(str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def scores(table: pd.DataFrame, loss: str, **values) -> np.ndarray:
    given = settings(queries=["daily"], **values)
    return ranker.score(ranker.train(table[table["protocol"] == "daily"], [loss], 5, given, RUN), table, RUN)


@pytest.mark.parametrize("loss", LOSSES)
def test_percents_change_what_is_learned_and_those_of_100_change_nothing(loss):
    table = rows()
    table[PERCENT] = np.where(table["label"], 100, 0)
    plain = scores(table, loss)
    np.testing.assert_array_equal(scores(table, loss, label="watched_pct"), plain)
    table[PERCENT] = np.where(table["query"] % 4 == 1, table[PERCENT], table[PERCENT] // 5)
    assert (scores(table, loss, label="watched_pct") != plain).any()
    np.testing.assert_array_equal(scores(table, loss), plain)  # the percent itself is no feature


@pytest.mark.parametrize("loss", LOSSES)
def test_of_old_and_new_queries_that_contradict_each_other_the_new_are_believed_where_the_old_count_less(loss):
    query = np.repeat(np.arange(40), 2)
    old = query < 30
    table = pd.DataFrame({"query": query, "protocol": "daily", "day": np.where(old, 10, 90), "x": [0.0, 1.0] * 40})
    table["label"] = (table["x"] == 1) == old

    def learned(half_life: float | None) -> float:
        given = settings(queries=["daily"], depth=1, half_life=half_life)
        negative, positive = ranker.score(ranker.train(table, [loss], 3, given, RUN), table[:2], RUN)
        return positive - negative

    assert learned(None) > 0
    assert learned(1e12) == learned(None)
    assert learned(20) < 0


def test_a_percent_that_the_rows_lack_is_named():
    with pytest.raises(InputError, match=r"^params.yaml: ranker\.label = 'watched_pct': the log has no such column"):
        ranker.train(rows(), ["Logloss"], 5, settings(label="watched_pct"), RUN)


def test_each_loss_has_its_own_rate():
    rates = {"Logloss": 0.1, "YetiRank": 0.2, "QuerySoftMax": 0.3}
    models = ranker.members(rows(), [*rates], 2, settings(losses=rates, queries=["daily"]), RUN)
    found = {name.removesuffix("_daily"): model.get_param("learning_rate") for name, model in models.items()}
    assert found == pytest.approx(rates)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_tree_is_one_step(loss):
    more = pd.DataFrame(np.random.default_rng(0).random((480, 40))).add_prefix("z")  # of few it is by default
    model = ranker.fit(rows().join(more), loss, 2, 0.1, settings(), RUN)
    assert model.get_all_params()["leaf_estimation_iterations"] == 1


def test_catboost_is_told_the_parameters():
    run, given = RUN.model_copy(update={"seed": 5}), settings(l2_leaf_reg=7.0)
    about = ranker.fit(rows(), "YetiRank", 2, 0.1, given, run).get_all_params()
    said = {"random_seed": 5, "l2_leaf_reg": 7, "depth": 3, "learning_rate": 0.1}
    assert {name: about[name] for name in said} == pytest.approx(said)
    assert about["loss_function"].startswith("YetiRank:permutations=3")
