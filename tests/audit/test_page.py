import re

import pytest

from tests.audit.test_verdict import FOLDS, RANKER, SKEWS
from tests.small import section
from twostage.audit import page as audit_page
from twostage.audit import verdict
from twostage.reports import Audit

SIZES = {"importance": {f"f{n:02d}": float(n) for n in range(20)}, "shap_share": {"a<b": 60.0, "c": 40.0}}


@pytest.fixture
def report():
    counts = {"queries": 7, "rows": 70, "corrupted_from_days": [0, 18716], "label_rows": 3}
    dominance = RANKER["dominance"] | {"largest": "a", "largest_over_median": 2.5}
    folds = {name: counts | found for name, found in FOLDS.items()}
    skews = {name: found | {"psi": {"a": 0.5, "b": 9.0}} for name, found in SKEWS.items()}
    return verdict.report(folds, {"dominance": dominance}, skews, {}, section(Audit))


def test_failures_and_warnings_stand_under_the_verdict(report):
    page = audit_page.page(report, SIZES)
    assert f"failed: {len(report['failures'])} failures, {len(report['warnings'])} warnings" in page
    assert "<li>test: y depends on the future</li>" in page
    assert "passed: 0 failures" in audit_page.page(report | {"failures": [], "passed": True}, SIZES)


def test_a_fold_is_a_row(report):
    page = audit_page.page(report, SIZES)
    cells = ["test", "7", "70", "1970-01-01, 2021-03-30", "x, y", "x", "3", "als"]
    assert "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" in page


def test_the_15_largest_are_drawn_the_largest_first(report):
    found = re.findall(r"<tr><td>(f\d\d)</td>", audit_page.page(report, SIZES))
    assert found == [f"f{n:02d}" for n in range(19, 4, -1)]


def test_names_are_escaped(report):
    page = audit_page.page(report, SIZES)
    assert "a&lt;b" in page
    assert "a<b" not in page


def test_nothing_is_loaded_and_no_script_runs(report):
    assert not re.search(r"<script|<link|<img|src=|href=|https?:|url\(|@import", audit_page.page(report, SIZES))


def test_the_order_of_the_input_moves_no_byte(report):
    turned = {name: dict(reversed(sizes.items())) for name, sizes in SIZES.items()}
    assert audit_page.page(report, turned) == audit_page.page(report, SIZES)
