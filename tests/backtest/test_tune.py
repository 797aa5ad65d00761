import json
import time
from pathlib import Path

import optuna
import pytest
import yaml
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from PIL import Image

from tests import replayed
from tests.small import PARAMS, corruptions
from twostage import candidates, settings, split
from twostage.backtest import tune
from twostage.backtest.rolling import cutoffs
from twostage.backtest.space import Space
from twostage.base import params
from twostage.base.errors import InputError
from twostage.plots import tuning
from twostage.split import Split

SPACE = Space.model_validate(
    {
        "protocol": "horizon",
        "ranker": "ndcg",
        "generator": "recall",
        "space": {
            "ranker.depth": {"low": 1, "high": 5},
            "ranker.l2_leaf_reg": {"low": 0.5, "high": 50.0, "log": True},
            "popular.windows": {"choices": [[1], [7], [3, 30]]},
        },
    }
)


TRIALS = 2  # beside the present values


@pytest.fixture(scope="module")
def small(small):
    return replayed.bare(small)


@pytest.fixture(scope="module")
def tuned(small, tmp_path_factory):
    """A search on a log (by default the small one) in a folder (by default one and the same)."""
    whole = tmp_path_factory.mktemp("tune")
    given = replayed.values(small)

    def run(trials: int, folder: Path = whole, log=None, sections=("ranker", "popular"), seconds: float = 600):
        world = replayed.world(small, given, log)
        dates = cutoffs(params.of(Split, given), world.first_day, 2)
        return tune.run(world, given, folder, dates, SPACE, list(sections), trials, seconds), dates

    run.test_start = split.day(params.of(Split, given).test_start)
    return run


@pytest.fixture(scope="module")
def found(tuned):
    return tuned(TRIALS)


def shown(studies) -> list[dict]:
    return tune.trials(studies).to_dict("records")


def test_trials_are_all_told_and_the_present_values_come_first(found):
    table = tune.trials(found[0])
    told = table.groupby("section")["trial"].apply(list).to_dict()
    assert told == {name: list(range(TRIALS + 1)) for name in ("ranker", "popular")}
    assert table.loc[table["trial"] == 0, "values"].tolist() == ["{}", "{}"]
    names = {"ranker": {"ranker.depth", "ranker.l2_leaf_reg"}, "popular": {"popular.windows"}}
    assert all(set(json.loads(row.values_)) == names[row.section] for row in renamed(table) if row.trial)
    assert (table["best"] >= table["value"]).all()


def renamed(table):
    return table.rename(columns={"values": "values_"}).itertuples()


def test_two_goes_on_a_log_scrambled_from_the_test_on_are_one_on_the_log_as_it_is(small, tuned, found, tmp_path):
    """Rows of the test's first day and later change no trial and no proposal, nor does a break in the search."""
    corrupted = corruptions(small.interactions, tuned.test_start)["scrambled"]
    assert not corrupted.equals(small.interactions)
    tuned(1, tmp_path, corrupted)
    others = tuned(TRIALS, tmp_path, corrupted)
    assert shown(others[0]) == shown(found[0])
    assert tune.proposal(*others, SPACE) == tune.proposal(*found, SPACE)


def test_finished_trials_are_not_done_again_and_a_ranker_trial_needs_no_new_candidates(tuned, found, monkeypatch):
    monkeypatch.delattr(candidates, "union")
    assert len(tune.finished(tuned(TRIALS + 1, sections=["ranker"])[0]["ranker"])) == TRIALS + 1
    monkeypatch.delattr(tune, "judge")
    tuned(TRIALS, sections=["popular"])


def search(folder: Path, trials: int, judged, seconds: float = 600) -> optuna.Study:
    storage = JournalStorage(JournalFileBackend(str(folder / "journal.log")))
    return tune.search(storage, "x", judged, SPACE, "ranker", 1, trials, time.monotonic() + seconds)


def test_a_trial_that_was_broken_off_is_drawn_again(tmp_path):
    seen = []

    def judged(values, stop: bool = False):
        if stop and len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(values)
        return values.get("ranker.depth", 0)

    with pytest.raises(KeyboardInterrupt):
        search(tmp_path, 6, lambda values: judged(values, stop=True))
    search(tmp_path, 6, judged)
    (tmp_path / "other").mkdir()
    broken = seen.copy()
    seen.clear()
    search(tmp_path / "other", 6, judged)
    assert seen == broken
    assert seen[0] == {}  # the present values, judged once


def test_the_clock_ends_a_search_after_at_least_one_trial(tmp_path):
    study = search(tmp_path, 100, lambda values: 0.0, seconds=-1)
    assert len(tune.finished(study)) == 1


def proposed(folder: Path, judged) -> str:
    return tune.proposal({"ranker": search(folder, 6, judged)}, [], SPACE)


def test_the_proposal_can_be_applied_and_params_yaml_is_not_written_before(tmp_path):
    before = PARAMS.read_bytes()
    text = proposed(tmp_path, lambda values: values.get("ranker.l2_leaf_reg", 0.0))
    assert PARAMS.read_bytes() == before
    best = yaml.safe_load(text)
    assert set(best) == {"ranker.depth", "ranker.l2_leaf_reg"}
    (tmp_path / "proposal.yaml").write_text(text)
    (tmp_path / "params.yaml").write_bytes(before)
    settings.apply(tmp_path / "proposal.yaml", tmp_path / "params.yaml")
    ranker = params.document(tmp_path / "params.yaml")["ranker"]
    assert {f"ranker.{name}": ranker[name] for name in ("depth", "l2_leaf_reg")} == best


def test_a_trial_is_worth_the_mean_over_cutoffs_of_warm_users(monkeypatch, tmp_path):
    def said(cutoff, of_warm):
        return {"horizon": {"warm": {"ndcg": of_warm, "recall": of_warm / 2}, "all": {"ndcg": 9.0, "recall": 9.0}}}

    class Told:
        def __init__(self, *about):
            pass

        def result(self, cutoff):
            return {"ranker": said(cutoff, cutoff)}

        def of_generator(self, name, cutoff, protocol):
            return said(cutoff, cutoff)

    monkeypatch.setattr(tune, "Replay", Told)
    assert tune.judge(None, {}, tmp_path, [0.25, 0.75], SPACE, "ranker") == 0.5
    assert tune.judge(None, {}, tmp_path, [0.25, 0.75], SPACE, "popular") == 0.25


def test_every_trial_is_another_draw(tmp_path):
    study = search(tmp_path, 6, lambda values: 0.0)
    assert len({json.dumps(trial.user_attrs["values"]) for trial in tune.finished(study)}) == 6


def test_values_that_are_refused_are_told_and_the_search_goes_on(tmp_path, capsys):
    def judged(values):
        if values.get("ranker.depth", 0) > 2:
            raise InputError("too deep")
        return float(values.get("ranker.depth", 0))

    study = search(tmp_path, 9, judged)
    assert 0 < len(tune.finished(study)) < 9 == len(study.trials)
    assert "too deep" in capsys.readouterr().out
    assert search(tmp_path, 9, judged).best_value <= 2
    assert len(search(tmp_path, 9, judged).trials) == 9


def test_where_every_value_is_refused_nothing_is_proposed(tmp_path):
    def judged(values):
        if values:
            raise InputError("no")
        return 0.0

    assert yaml.safe_load(proposed(tmp_path, judged)) == {}


def test_what_is_as_good_is_not_better(tmp_path):
    assert yaml.safe_load(proposed(tmp_path, lambda values: 0.5)) == {}


def test_where_nothing_is_better_nothing_is_proposed(tmp_path):
    text = proposed(tmp_path, lambda values: -len(values))
    assert yaml.safe_load(text) == {}
    (tmp_path / "proposal.yaml").write_text(text)
    (tmp_path / "params.yaml").write_bytes(PARAMS.read_bytes())
    assert settings.apply(tmp_path / "proposal.yaml", tmp_path / "params.yaml") == []


def test_the_picture_has_a_panel_for_each_section(found, tmp_path):
    table = tune.trials(found[0])
    for name, part in (("two", table), ("one", table[table["section"] == "ranker"])):
        tuning.draw(part, tmp_path / f"{name}.png")
    with Image.open(tmp_path / "two.png") as two, Image.open(tmp_path / "one.png") as one:
        assert two.width > 800
        assert min(one.size) > 300
