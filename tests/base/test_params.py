from pathlib import Path

import pytest

from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run
from twostage.ranking.ranker import Ranker
from twostage.sizes import Candidates, Cut, Keep

GOOD = "seed: 1\nthreads: 2\nmemory: 3GB\ncandidates: {n: 5}\nrecommend: {k: 3, keep: 7, exclude_seen: true}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "params.yaml").write_text(GOOD)
    return tmp_path / "params.yaml"


def test_a_class_takes_the_values_that_it_names(path):
    assert params.load(Run, path) == Run(seed=1, threads=2, memory="3GB")
    assert params.load(Candidates, path).n == 5
    assert (params.load(Keep, path).keep, params.load(Cut, path).k) == (7, 3)


@pytest.mark.parametrize(
    ("change", "cls", "message"),
    [
        (("n: 5", "n: 0"), Candidates, r"candidates\.n = 0: .*greater than or equal to 1"),
        (("n: 5", "n: five"), Candidates, r"candidates\.n = 'five': .*integer"),
        (("n: 5", "n: 5.5"), Candidates, r"candidates\.n = 5\.5: .*integer"),
        (("n: 5", "n: yes"), Candidates, r"candidates\.n = True: true and false, yes and no are no value here"),
        (("seed: 1", "ranker: {losses: {Logloss: true}}"), Ranker, r"ranker\.losses = .*true and false"),
        (("n: 5", "n: null"), Candidates, r"candidates\.n = None: .*integer"),
        (("n: 5", "m: 5"), Candidates, r"candidates\.n: Field required"),
        (("candidates: {n: 5}", ""), Candidates, "the section candidates is missing"),
        (("candidates: {n: 5}", "candidates: 5"), Candidates, "the section candidates is missing or isn't a mapping"),
        (("k: 3", "k: 8"), Cut, r"recommend\.k = 8 is over recommend\.keep = 7"),
        (("true", "maybe"), Keep, r"recommend\.exclude_seen = 'maybe'"),
        (("3GB", "much"), Run, "memory = 'much'"),
        (("seed: 1", "seed: -1"), Run, "seed = -1"),
        (("seed: 1", "seed: 2147483648"), Run, "seed = 2147483648: .*less than 2147483648"),
        (("seed: 1", "generators: []"), Generators, r"generators = \[\]"),
        (("seed: 1", "generators: [als, als]"), Generators, r"generators = \['als', 'als'\]: a name stands twice"),
        (("seed: 1", "ranker: {losses: {RMSE: 0.1}}"), Ranker, r"ranker\.losses\.RMSE"),
    ],
)
def test_a_bad_value_is_named_with_what_is_valid_in_one_line(path, change, cls, message):
    path.write_text(GOOD.replace(*change))
    with pytest.raises(InputError, match=message) as error:
        params.load(cls, path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "- a\n", "seed: [1\n", "just text"])
def test_a_file_that_holds_no_sections(path, text):
    path.write_text(text)
    with pytest.raises(InputError, match=r"expected sections of parameters|not YAML") as error:
        params.load(Run, path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        params.load(Run, tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("candidates:", "candidate:"),
            "unknown parameter candidate; known: candidates, memory, recommend, seed, threads",
        ),
        (("k: 3", "K: 3"), r"unknown parameter recommend\.K; known: exclude_seen, k, keep"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(path, change, message):
    path.write_text(GOOD.replace(*change))
    with pytest.raises(InputError, match=message):
        params.check_names([Run, Candidates, Keep, Cut], path)


def test_a_frozen_value_stays():
    with pytest.raises(ValueError, match="frozen"):
        Candidates(n=5).n = 6


def test_a_process_has_its_share_of_threads_and_memory():
    run = Run(seed=1, threads=2, memory="3GB")
    assert run.on(1) == Run(seed=1, threads=1, memory="1500000KB")
    assert run.on(2).bytes == run.bytes == 3_000_000_000
    assert Run(seed=1, threads=3, memory="12345678.5KB").on(1).memory == "4115226KB"
