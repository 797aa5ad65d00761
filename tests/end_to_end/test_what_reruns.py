"""The table of docs/PIPELINE.md, row by row, on one copy: each change builds on the run before.

Where the stages of a row run elsewhere too, or are slow, the row stops before them: DVC's status must name them,
and no other. The rows of generators' sections are in test_all_generators.py, that of no change in test_kion_run.py.
"""

from pathlib import Path

import pytest

from tests.end_to_end.checkout import Checkout

CANDIDATES = {"candidates@valid_1", "candidates_test"}
FEATURES = {"features@valid_1", "features_test"}
CUT = {"recommend", "evaluate", "prove", "diversity"}
# What reads the ranker.
RANKED = {"rank_test", "rank_final", "ranker_choices", "scores_only", "observed", "explain", "audit", "draw"}
CODE = {"draw", "evaluate"}  # whose code a test changes; no later test runs them


@pytest.fixture(scope="module")
def checkout(base: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return base.copy(Path(tmp_path_factory.mktemp("reruns")) / "copy")


def test_a_larger_k_cuts_and_draws_again(checkout):
    checkout.set(recommend__k=12)
    assert checkout.stale() == {"check_parameters", *CUT, "draw"}
    assert checkout.repro("recommend", "diversity").ran == ["check_parameters", "recommend", "diversity"]


def test_a_k_over_keep_is_refused_and_removes_nothing(checkout):
    before = checkout.hashes()
    checkout.set(recommend__k=21)
    outcome = checkout.dvc("repro")
    assert outcome.code != 0
    (error,) = outcome.errors
    assert "recommend.k = 21" in error
    assert "recommend.keep = 20" in error
    assert checkout.hashes() == before


def test_of_an_earlier_k_lists_are_cut_again_and_the_rest_comes_from_the_cache(base, checkout):
    checkout.set(recommend__k=base.params["recommend"]["k"])
    # The check, the lists, which outlive a run that fails, and a table of plots are outside DVC's run cache.
    assert checkout.repro().ran == ["check_parameters", "recommend", "diversity"]
    assert checkout.hashes() == base.hashes()


@pytest.mark.parametrize(
    ("name", "value", "stages"),
    [
        ("observed__watched_pct", 50.0, {"given", "observed"}),
        ("ranker_choices__negatives", [5], {"ranker_choices"}),
    ],
)
def test_a_reports_own_values_write_that_report_again(checkout, name, value, stages):
    section, _, key = name.partition("__")
    before = checkout.params[section][key]
    checkout.set(**{name: value})
    assert checkout.stale() == {"check_parameters", *stages}
    checkout.set(**{name: before})


def test_code_of_plots_draws_again(checkout):
    checkout.append("src/twostage/plots/heat_map.py", "\n# changed\n")
    assert checkout.stale() == {"draw"}


def test_code_of_a_report_writes_that_report_again(checkout):
    checkout.append("stages/evaluate.py", "\n# changed\n")
    assert checkout.stale() == CODE


def test_ranker_refits_the_ranker_alone(checkout):
    checkout.set(ranker__depth=3, ranker__refit_on_test=False)
    refitted = {"ranker", "ranker_final"}
    assert set(checkout.repro(*refitted).ran) == {"check_parameters", *refitted}
    # What reads the ranker; its reports follow once these have run.
    assert checkout.stale() == CODE | RANKED
    judged, serving = (checkout.path(f"data/ranker/{name}.cbm").read_bytes() for name in ("ranker", "final"))
    assert serving == judged  # not refitted: the same model


def test_n_retrieves_again_and_refits_no_generator(checkout):
    checkout.set(candidates__n=15)
    assert checkout.stale() == CODE | RANKED | CANDIDATES | {"check_parameters", "check_data", "compare"}


def test_the_tests_length_splits_again_and_fits_nothing(checkout):
    checkout.set(split__test_days=9)
    assert checkout.repro("split").ran == ["check_parameters", "check_data", "split"]
    stale = checkout.stale()
    assert {"evaluate", "features_test"} <= stale
    assert not [name for name in stale if name.startswith("fit")]


def test_test_start_splits_again_and_fetches_nothing(checkout):
    checkout.set(split__test_start="2021-08-12")
    ran = checkout.repro("split").ran
    assert ran == ["check_parameters", "check_data", "split"]
    stale = checkout.stale()
    assert {f"fit@{generator}" for generator in checkout.params["generators"]} <= stale
    assert CANDIDATES | FEATURES | {"ranker", "evaluate"} <= stale
    assert not {"fetch", "prepare"} & stale
