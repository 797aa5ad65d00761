"""Whether the audit lets a run go on."""

from typing import Any

from twostage.base.errors import InputError


def check(report: dict[str, Any]) -> None:
    """Raises InputError, one line, where the report (see `verdict.report`) holds a failure."""
    if report["failures"]:
        raise InputError("audit: " + "; ".join(report["failures"]) + "; see plots/audit.html")
