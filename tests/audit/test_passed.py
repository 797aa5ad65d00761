import pytest

from twostage.audit import passed
from twostage.base.errors import InputError


def test_a_failure_ends_the_run_with_every_line_in_one():
    with pytest.raises(InputError, match=r"^audit: a; b; see plots/audit\.html$"):
        passed.check({"failures": ["a", "b"]})


def test_a_report_without_a_failure_passes():
    passed.check({"failures": [], "warnings": ["a"]})
