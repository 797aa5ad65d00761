"""The audit as one page of HTML that needs nothing beside it: no network, no script."""

from collections.abc import Iterable
from html import escape
from typing import Any

from twostage.split import date_of

TOP = 15
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ddd }
table { border-collapse: collapse; margin: .6rem 0 } caption { text-align: left; color: #666 }
th, td { padding: .15rem .9rem .15rem 0; text-align: right; vertical-align: top; font-variant-numeric: tabular-nums }
th { color: #666; font-weight: 600; border-bottom: 1px solid #ddd }
th:first-child, td:first-child, td.text { text-align: left }
.verdict { padding: .6rem 1rem; color: #fff; font-weight: 600; border-radius: 4px }
.passed { background: #2c7a4b } .failed { background: #b3261e }
.bar { display: inline-block; height: .7rem; background: #4878a8; margin-right: .5rem }
.side { display: flex; gap: 3rem; flex-wrap: wrap }
"""


def page(report: dict[str, Any], ranker: dict[str, Any]) -> str:
    """metrics/audit.json and metrics/ranker.json as HTML; the same bytes for the same input."""
    failures, warnings, between = report["failures"], report["warnings"], report["between_folds"]
    word = "passed" if report["passed"] else "failed"
    parts = [
        "<h1>Audit</h1>",
        f'<p class="verdict {word}">{word}: {len(failures)} failures, {len(warnings)} warnings</p>',
        *_lines("Failures", failures),
        *_lines("Warnings", warnings),
        "<h2>Corruption of the future</h2>",
        "<p>Sampled queries were asked again of a log whose rows of their day and later were scrambled, deleted and "
        "added to, and of one whose numbers alone were altered from the first day on. Candidates, scores and features "
        "must stay the same to the bit.</p>",
        _table(
            ["fold", "queries", "rows", "from days", "moved", "moved by numbers", "label rows", "fitted too late"],
            [_fold(name, found) for name, found in report["folds"].items()],
        ),
        "<h2>Dominance</h2>",
        f"<p>Largest over median importance: {report['dominance']['largest_over_median']:.1f} "
        f"({escape(report['dominance']['largest'])}).</p>",
        '<div class="side">',
        _bars("importance, %", ranker["importance"]),
        _bars("share of the SHAP values, %", ranker["shap_share"]),
        "</div>",
        "<h2>Single features</h2>",
        _table(
            ["feature", "AUC alone", "within a query"],
            [
                [found["feature"], f"{found['auc']:.3f}", f"{found['auc_within_query']:.3f}"]
                for found in report["single_feature_auc"][:TOP]
            ],
        ),
        "<h2>Skew: rows met against those of the valid folds</h2>",
        _table(
            ["rows", "AUC", "between valid folds", "without these", "by unshifted features", "told apart by"],
            [
                [
                    name,
                    f"{found['auc']:.3f}",
                    f"{between[found['like']]['auc']:.3f}" if between else "one fold",
                    *(f"{found[key]:.3f}" for key in ("auc_without", "auc_unshifted")),
                    ", ".join(found["told_apart_by"]),
                ]
                for name, found in report["skew"].items()
            ],
        ),
        _psi({name: found["psi"] for name, found in report["skew"].items()}),
    ]
    head = f'<meta charset="utf-8"><title>Audit</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _lines(title: str, lines: list[str]) -> list[str]:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines) or "<li>none</li>"
    return [f"<h2>{title}</h2>", f"<ul>{items}</ul>"]


def _fold(name: str, found: dict[str, Any]) -> list[str]:
    return [
        name,
        str(found["queries"]),
        str(found["rows"]),
        ", ".join(str(date_of(day)) for day in found["corrupted_from_days"]),
        ", ".join(found["moved"]) or "none",
        ", ".join(found["moved_by_numbers"]) or "none",
        str(found["label_rows"]),
        ", ".join(found["fitted_too_late"]) or "none",
    ]


def _bars(title: str, sizes: dict[str, float]) -> str:
    top = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    widest = max((size for _, size in top), default=0) or 1
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="text"><span class="bar" style="width:{8 * size / widest:.2f}rem">'
        f"</span>{size:.1f}</td></tr>"
        for name, size in top
    )
    return f"<table><caption>{title}</caption>{rows}</table>"


def _psi(tables: dict[str, dict[str, float]]) -> str:
    features = {name for psi in tables.values() for name in psi}
    largest = {name: max(psi[name] for psi in tables.values()) for name in features}
    top = sorted(features, key=lambda name: (-largest[name], name))[:TOP]
    rows = [[name, *(f"{psi[name]:.2f}" for psi in tables.values())] for name in top]
    return _table(["population stability index", *tables], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>\n{body}</table>"
