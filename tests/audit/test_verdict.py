import pytest

from tests.small import section
from twostage.audit import verdict
from twostage.reports import Audit

SETTINGS = section(Audit, max_psi=0.25, max_auc=0.75)
FOLDS = {
    "test": {"moved": ["x", "y"], "moved_by_numbers": ["x"], "fitted_too_late": ["als"]},
    "final": {"moved": [], "moved_by_numbers": [], "fitted_too_late": []},
}
WITHIN = {"a": 0.6, "b": 0.1, "c": 0.8, "d": 0.5}
RANKER = {
    "dominance": {
        "problems": ["x: its own AUC is 1.0000"],
        "auc": dict.fromkeys(WITHIN, 0.7),
        "auc_within_query": WITHIN,
    }
}


def skew(auc: float, **psi: float) -> dict[str, object]:
    about = {"told_apart_by": ["a", "b"], "auc_without": 0.7, "auc_unshifted": 0.6, "like": "daily"}
    return {"psi": psi, "auc": auc, **about}


SKEWS = {"serving": skew(0.751, a=0.3, b=9.0, c=0.25, d=1.0, e=1.5), "test daily": skew(0.75, a=0.25)}
LINES = {
    "corruption": [
        "test: x depends on the numbers of rows of the query's day or later",
        "test: y depends on the future",
    ],
    "fitted_late": ["test: generator als saw days of the fold"],
    "dominance": ["x: its own AUC is 1.0000"],
    "psi": ["serving: PSI over 0.25 in 4 of 5 features: b 9.00, e 1.50, d 1.00, ..."],
    "adversary": [
        "serving rows are told from those of the valid folds: AUC 0.751, by a, b; 0.700 without these, "
        "0.600 by features that don't shift"
    ],
}


@pytest.mark.parametrize("check", LINES)
def test_each_check_fails_warns_or_is_silent_as_listed(check):
    def report(**lists):
        return verdict.report(FOLDS, RANKER, SKEWS, {}, SETTINGS.model_copy(update={"fail": [], "warn": []} | lists))

    for found, failures, warnings in (
        (report(fail=[check]), LINES[check], []),
        (report(warn=[check]), [], LINES[check]),
        (report(), [], []),
    ):
        assert (found["failures"], found["warnings"], found["passed"]) == (failures, warnings, not failures)


def test_by_default_leaks_fail_and_shifts_warn():
    found = verdict.report(FOLDS, RANKER, SKEWS, {}, SETTINGS)
    assert found["failures"] == LINES["corruption"] + LINES["fitted_late"] + LINES["dominance"]
    assert found["warnings"] == LINES["psi"] + LINES["adversary"]


def test_single_features_are_sorted_by_how_far_from_half_they_are_either_way():
    found = verdict.report(FOLDS, RANKER, SKEWS, {}, SETTINGS)["single_feature_auc"]
    assert [line["feature"] for line in found] == ["b", "c", "a", "d"]


def test_up_to_three_shifted_features_are_named_without_dots():
    (line,) = verdict.lines({}, [], {"serving": skew(0.5, a=0.3, b=0.1)}, {}, SETTINGS)["psi"]
    assert line == "serving: PSI over 0.25 in 1 of 2 features: a 0.30"


def test_what_the_valid_folds_differ_by_stands_beside_a_warning():
    between = {"daily": {"auc": 0.9, "psi": {"a": 0.4, "b": 0.1}}}
    lines = verdict.lines({}, [], {"serving": skew(0.9, a=0.4, b=0.3)}, between, SETTINGS)
    assert lines["psi"] == ["serving: PSI over 0.25 in 2 of 2 features (1 between the valid folds): a 0.40, b 0.30"]
    (line,) = lines["adversary"]
    assert line.startswith("serving rows are told from those of the valid folds: AUC 0.900 (0.900 between these folds)")
