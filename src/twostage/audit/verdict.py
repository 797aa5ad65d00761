"""What the audit found, as lines that fail the run or only warn; params.yaml says which."""

from collections.abc import Mapping
from typing import Any

from twostage.base.errors import InputError
from twostage.reports import Audit

NAMED = 3  # features named in a line about shifts


def report(
    folds: Mapping[str, dict[str, Any]], ranker: dict[str, Any], skews: Mapping[str, dict[str, Any]], params: Audit
) -> dict[str, Any]:
    """Everything found, with `failures` and `warnings` by the checks that `params` lists under `fail` and `warn`.

    `ranker` is metrics/ranker.json. `single_feature_auc` is sorted, that furthest from .5 within queries first.
    """
    dominance = dict(ranker["dominance"])
    areas, within = dominance.pop("auc"), dominance.pop("auc_within_query")
    found = lines(folds, dominance["problems"], skews, params)
    failures = [line for check in params.fail for line in found[check]]
    return {
        "folds": folds,
        "dominance": dominance,
        "single_feature_auc": [
            {"feature": name, "auc": areas[name], "auc_within_query": within[name]}
            for name in sorted(areas, key=lambda name: (-abs(within[name] - 0.5), name))
        ],
        "skew": skews,
        "failures": failures,
        "warnings": [line for check in params.warn for line in found[check]],
        "passed": not failures,
    }


def lines(
    folds: Mapping[str, dict[str, Any]], dominance: list[str], skews: Mapping[str, dict[str, Any]], params: Audit
) -> dict[str, list[str]]:
    """By check, a line for each thing that it found; a column that its numbers alone move is told once."""
    numbers = [(name, column) for name, found in folds.items() for column in found["moved_by_numbers"]]
    future = [(name, column) for name, found in folds.items() for column in found["moved"]]
    return {
        "corruption": [
            *(
                f"{name}: {column} depends on the numbers of rows of the query's day or later"
                for name, column in numbers
            ),
            *(f"{name}: {column} depends on the future" for name, column in future if (name, column) not in numbers),
        ],
        "fitted_late": [
            f"{name}: generator {generator} saw days of the fold"
            for name, found in folds.items()
            for generator in found["fitted_too_late"]
        ],
        "dominance": dominance,
        "psi": [line for name, found in skews.items() for line in _shifted(name, found, params.max_psi)],
        "adversary": [line for name, found in skews.items() for line in _told_apart(name, found, params.max_auc)],
    }


def _told_apart(name: str, found: dict[str, Any], bound: float) -> list[str]:
    """Nothing where the folds that trained the ranker are told from each other as well."""
    usual = (found["between_folds"] or {"auc": 0.0})["auc"]
    if found["auc"] <= max(bound, usual):
        return []
    beside = f" ({usual:.3f} between these folds)" if usual else ""
    return [
        f"{name} rows are told from those of the valid folds: AUC {found['auc']:.3f}{beside}, by "
        f"{', '.join(found['told_apart_by'])}; {found['auc_without']:.3f} without these, "
        f"{found['auc_unshifted']:.3f} by features that don't shift"
    ]


def _shifted(name: str, found: dict[str, Any], bound: float) -> list[str]:
    """Of the features that shift no more than between the folds that trained the ranker, nothing."""
    psi, usual = found["psi"], (found["between_folds"] or {"psi": {}})["psi"]
    over = [feature for feature in psi if psi[feature] > max(bound, usual.get(feature, 0.0))]
    if not over:
        return []
    over.sort(key=lambda feature: (-psi[feature], feature))
    most = ", ".join(f"{feature} {psi[feature]:.2f}" for feature in over[:NAMED])
    beside = " and over that between the valid folds" if usual else ""
    counted = f"{len(over)} of {len(psi)} features: {most}{', ...' * (len(over) > NAMED)}"
    return [f"{name}: PSI over {bound:g}{beside} in {counted}"]


def judge(report: dict[str, Any]) -> None:
    """Raises InputError, one line, where the report holds a failure."""
    if report["failures"]:
        raise InputError("audit: " + "; ".join(report["failures"]) + "; see plots/audit.html")
