"""The main job with every generator, the optional ones too: it passes the audit and reruns what it must."""

import json
import re
import shutil

import networkx as nx
import pytest

from tests.end_to_end.checkout import new
from tests.small import PARAMS, QUICK
from twostage import generators
from twostage.base import params

ALL = generators.names()
JOB = ("recommend", "audit")
BEFORE = {"check_parameters", "check_data", "fetch", "prepare", "split"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """What JOB needs and leaves, with dvc.lock as after a run by DVC; copy it before you change it."""
    sections = params.document(PARAMS)
    quick = {
        f"{name}__{key}": min(sections[name][key], most)
        for name in ALL
        for key, most in QUICK.items()
        if key in sections[name]
    }
    checkout = new(tmp_path_factory.mktemp("all") / "checkout", generators=ALL, **quick)
    checkout.in_one_process(*JOB, how="lock")
    return checkout


@pytest.fixture(scope="module")
def changed(checkout):
    """stage -> parameters that make it stale, after a change in every generator's section."""
    before = checkout.path("params.yaml").read_bytes()
    checkout.set(**{f"{name}__n_share": 0.5 for name in ALL})
    outcome = checkout.dvc("status", "--json", "--with-deps", *JOB)
    checkout.path("params.yaml").write_bytes(before)
    assert outcome.code == 0, outcome.output
    return {stage: {*entry["changed deps"]["params.yaml"]} for stage, (entry,) in json.loads(outcome.output).items()}


@pytest.fixture(scope="module")
def graph(checkout):
    """An edge from each stage to those that read what it writes."""
    return nx.DiGraph(re.findall(r'"(.+)" -> "(.+)"', checkout.dvc("dag", "--dot").output))


def test_nothing_of_the_future_moves_a_list_a_score_or_a_feature(checkout):
    audit = checkout.json("metrics/audit.json")
    assert audit["failures"] == []
    assert audit["passed"] is True
    for fold in ("valid_1", "test", "final"):
        assert {path.parent.name for path in checkout.path("data/models").glob(f"*/{fold}.npz")} == set(ALL)
        assert audit["folds"][fold]["moved"] == audit["folds"][fold]["moved_by_numbers"] == []


def test_folds_fitted_side_by_side_are_those_fitted_one_after_another(checkout, tmp_path):
    copy = checkout.copy(tmp_path / "copy")
    before = copy.hashes()
    copy.set(threads=2, memory="2GB")
    for name in ("als", "sasrec"):
        shutil.rmtree(copy.path(f"data/models/{name}"))
        outcome = copy.stage("fit", name)
        assert outcome.code == 0, outcome.output[-3000:]
        assert re.findall(rf"{name} for (\w+): \d+ rows", outcome.output) == ["final", "test", "valid_1"]
    assert copy.hashes() == before


@pytest.mark.parametrize("name", ALL)
def test_a_generators_section_reruns_its_fit_and_what_follows(changed, graph, name):
    stale = {stage for stage, names in changed.items() if name in names}
    assert stale == {"check_parameters", f"fit@{name}"}
    assert nx.descendants(graph, f"fit@{name}") == set(graph) - BEFORE - {f"fit@{other}" for other in ALL}
