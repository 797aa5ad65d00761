from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import replayed
from tests.small import corruptions
from twostage import candidates, featurise, generators, lists, queries, split
from twostage.backtest import replay
from twostage.backtest.replay import Replay
from twostage.backtest.rolling import cutoffs
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Run
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.evaluate import evaluate
from twostage.judged import judged
from twostage.past.asof import Queries
from twostage.queries import Target
from twostage.ranking import fallback, holdout, ranker, rivals, training
from twostage.ranking.ranker import Ranker
from twostage.sizes import Keep
from twostage.split import Cap, Split


@pytest.fixture(scope="module")
def small(small):
    return replayed.bare(small)


@pytest.fixture(scope="module")
def values(small):
    return replayed.values(small)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def both(small, values):
    world = replayed.world(small, values)
    return cutoffs(params.of(Split, values), world.first_day, 2)


@pytest.fixture(scope="module")
def results(small, values, folder, both):
    replay = Replay(replayed.world(small, values), values, folder)
    return [replay.result(cutoff) for cutoff in both]


def staged(small, values, cutoff) -> dict:
    """What the pipeline's stages do one after another with the cutoff's split, whole folds at a time."""
    run, keep, settings = (params.of(cls, values) for cls in (Run, Keep, Ranker))
    log = small.interactions[small.interactions["day"] < cutoff.test.stop].reset_index(drop=True)
    source = Source(log, small.users, small.items, run)
    tables = {}
    first_day, last_day = int(log["day"].min()), cutoff.test.stop - 1
    for fold in split.folds(cutoff.split, first_day, last_day)[:-1]:
        asked = queries.queries(log, fold, Cap(), 0)
        labels = queries.labels(log, fold, asked, params.of(Target, values))
        models = {}
        for name in values["generators"]:
            kind = generators.find(name)
            models[name] = kind(params.of(kind.Params, values), run)
            models[name].fit(source.log.before(fold.start))
        wanted = Queries(asked["user"].to_numpy(np.int32), asked["day"].to_numpy(np.int32), source.log)
        union = candidates.union(wanted, Retrieval(models, values["candidates"]["n"], keep))
        rows = featurise.featurise(source, asked, union, list(models))
        tables[fold.name] = (queries.labelled(rows, asked, labels), asked, labels)
    test, asked, labels = tables.pop("test")
    found = [tables[name][0] for name in sorted(tables)]
    rows = training.joined(rows[rows["protocol"].isin(settings.queries)].reset_index(drop=True) for rows in found)
    first = holdout.start(cutoff.split, settings)
    early, late = holdout.taken(rows, first, settings, run)
    choice = holdout.choose(early, late, settings, run)  # step by step, as `holdout.fitted` puts them together
    learned = training.drawn(rows, settings, run)
    model = ranker.train(learned, choice.losses, choice.trees, settings, run)
    leading = rivals.leads(rivals.compared(late, choice.model, values["generators"], settings.select_at, run), learned)
    score = fallback.scores(fallback.note(model, leading), test, run)
    ranked = lists.of_systems(test, score, values["generators"], keep.keep)
    k = values["recommend"]["k"]
    systems = lists.systems(values["generators"])
    start = cutoff.test.start
    test = judged(ranked, systems, asked, labels, source.log, start, k, run.seed)
    return evaluate(test, ranked, source.log.before(start), k)


@pytest.mark.parametrize("protocols", [["daily"], ["horizon", "daily"]], ids=" ".join)
def test_a_cutoff_is_judged_as_the_stages_would_with_its_split(small, values, folder, both, protocols):
    """Bit for bit, although tables of daily queries are shared between cutoffs."""
    given = replayed.values(small, **{"ranker.queries": protocols})
    replay = Replay(replayed.world(small, given), given, folder)
    replay.result(both[0])
    assert replay.result(both[1]) == staged(small, given, both[1])


def test_capped_users_of_a_fold_are_drawn_from_its_own_period(small, both, folder, tmp_path):
    """valid_1 of the earlier cutoff starts with valid_2 of the later one, whose labels run on for longer."""
    given = replayed.values(small, **{"split.valid_users": 8})
    world, (later, earlier) = replayed.world(small, given), both
    (same,) = {fold.start for fold in later.valid} & {fold.start for fold in earlier.valid}
    kept = Replay(world, given, folder)
    for cutoff in both:
        for fold in cutoff.valid:
            if fold.start == same:
                found = [replay._rows(fold, ["daily"]) for replay in (kept, Replay(world, given, tmp_path / fold.name))]
                pd.testing.assert_frame_equal(*found, check_exact=True)


def test_rows_of_the_tests_first_day_and_later_change_nothing(small, values, results, both, tmp_path):
    day = split.day(params.of(Split, values).test_start)
    clean = replayed.world(small, values)
    for corrupted in corruptions(small.interactions, day).values():
        assert not corrupted.equals(small.interactions)
        world = replayed.world(small, values, corrupted)
        assert (world.tables.interactions["day"] < day).all()
        pd.testing.assert_frame_equal(world.tables.interactions, clean.tables.interactions, check_exact=True)
        assert world.digest == clean.digest
    replay = Replay(world, values, tmp_path)
    assert [replay.result(cutoff) for cutoff in both] == results


def test_rows_of_an_earlier_cutoffs_end_and_later_change_nothing_of_it(small, values, results, both, tmp_path):
    """Rows behind its period are in the tables: that they don't reach it is the as-of promise."""
    scrambled = corruptions(small.interactions, both[1].test.stop)["scrambled"]
    world = replayed.world(small, values, scrambled)
    assert world.digest != replayed.world(small, values).digest
    assert Replay(world, values, tmp_path).result(both[1]) == results[1]


def test_rows_before_the_end_of_the_period_do_change_it(small, values, results, both, tmp_path):
    scrambled = corruptions(small.interactions, both[1].test.start)["scrambled"]
    assert Replay(replayed.world(small, values, scrambled), values, tmp_path).result(both[1]) != results[1]


def test_what_is_kept_is_not_computed_again(small, values, results, both, folder, monkeypatch):
    for owner, name in ((ranker, "train"), (candidates, "union"), (replay, "evaluate")):
        monkeypatch.delattr(owner, name)
    again = Replay(replayed.world(small, values), values, folder)
    assert [again.result(cutoff) for cutoff in both] == results


def test_other_ranker_values_need_no_new_model_or_row(small, results, both, folder, monkeypatch):
    monkeypatch.delattr(candidates, "union")
    values = replayed.values(small, **{"ranker.depth": 2})
    found = Replay(replayed.world(small, values), values, folder).result(both[0])
    assert found.pop("ranker") != results[0]["ranker"]
    assert found == {name: said for name, said in results[0].items() if name != "ranker"}


def test_values_of_one_generator_refit_that_one_alone(small, results, both, folder):
    before = {path.name for path in folder.glob("model-*")}
    values = replayed.values(small, **{"als.factors": 5})
    Replay(replayed.world(small, values), values, folder).result(both[0])
    new = {path for path in folder.glob("model-*") if path.name not in before}
    assert len(new) == 3  # als at the cutoff's start and those of its two valid folds
    assert all(np.load(path)["params"].item().count('"factors":5') for path in new)


def test_a_generators_own_list_is_judged_at_n(small, values, results, both, folder):
    replay = Replay(replayed.world(small, values), values, folder)
    found = replay.of_generator("popular", both[0], "horizon")["horizon"]["warm"]
    assert found["queries"] == results[0]["popular"]["horizon"]["warm"]["queries"]
    assert found["recall"] > results[0]["popular"]["horizon"]["warm"]["recall"]  # 8 places against 5


def test_the_code_that_names_the_files_is_all_of_it():
    assert {path.name for path in replay.CODE.rglob("*.py")} >= {"ranker.py", "queries.py", "candidates.py"}


def test_no_row_before_the_test_is_said(small, values):
    late = small.interactions[small.interactions["day"] >= split.day(params.of(Split, values).test_start)]
    with pytest.raises(InputError, match=r"split\.test_start: the log has no row before it"):
        replayed.world(small, values, late)
