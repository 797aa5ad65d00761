"""What the audit found, as lines that fail the run or only warn; params.yaml says which."""

from collections.abc import Mapping
from typing import Any

from twostage.audit.skew import Skews
from twostage.reports import Audit

NAMED = 3  # features named in a line about shifts


def report(
    folds: Mapping[str, dict[str, Any]], ranker: dict[str, Any], skews: Skews, between: Skews, params: Audit
) -> dict[str, Any]:
    """Everything found, with `failures` and `warnings` by the checks that `params` lists under `fail` and `warn`.

    `ranker` is metrics/ranker.json; `skews`: as `skew.skew`, each with the protocol that it is `like`;
    `between`: by that protocol what the valid folds differ by, as `skew.between`. `single_feature_auc` is sorted, that
    furthest from .5 within queries first.
    """
    dominance = dict(ranker["dominance"])
    areas, within = dominance.pop("auc"), dominance.pop("auc_within_query")
    found = lines(folds, dominance["problems"], skews, between, params)
    failures = [line for check in params.fail for line in found[check]]
    return {
        "folds": folds,
        "dominance": dominance,
        "single_feature_auc": [
            {"feature": name, "auc": areas[name], "auc_within_query": within[name]}
            for name in sorted(areas, key=lambda name: (-abs(within[name] - 0.5), name))
        ],
        "skew": skews,
        "between_folds": between,
        "failures": failures,
        "warnings": [line for check in params.warn for line in found[check]],
        "passed": not failures,
    }


def lines(
    folds: Mapping[str, dict[str, Any]], dominance: list[str], skews: Skews, between: Skews, params: Audit
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
        "psi": [
            line
            for name, found in skews.items()
            for line in _shifted(name, found["psi"], between.get(found["like"]), params.max_psi)
        ],
        "adversary": [
            line
            for name, found in skews.items()
            for line in _told_apart(name, found, between.get(found["like"]), params.max_auc)
        ],
    }


def _told_apart(name: str, found: dict[str, Any], between: dict[str, Any] | None, bound: float) -> list[str]:
    if found["auc"] <= bound:
        return []
    beside = f" ({between['auc']:.3f} between these folds)" if between else ""
    return [
        f"{name} rows are told from those of the valid folds: AUC {found['auc']:.3f}{beside}, by "
        f"{', '.join(found['told_apart_by'])}; {found['auc_without']:.3f} without these, "
        f"{found['auc_unshifted']:.3f} by features that don't shift"
    ]


def _shifted(name: str, psi: dict[str, float], between: dict[str, Any] | None, bound: float) -> list[str]:
    over = sorted((feature for feature in psi if psi[feature] > bound), key=lambda feature: (-psi[feature], feature))
    if not over:
        return []
    most = ", ".join(f"{feature} {psi[feature]:.2f}" for feature in over[:NAMED])
    usual = sum(value > bound for value in between["psi"].values()) if between else None
    beside = "" if usual is None else f" ({usual} between the valid folds)"
    counted = f"{len(over)} of {len(psi)} features{beside}: {most}{', ...' * (len(over) > NAMED)}"
    return [f"{name}: PSI over {bound:g} in {counted}"]
