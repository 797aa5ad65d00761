"""The figures of a finished run as Markdown tables: what `python -m twostage report` prints."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twostage.base.errors import InputError
from twostage.base.store import read_json
from twostage.lists import RANKER
from twostage.queries import DAILY, HORIZON

PROTOCOLS = (HORIZON, DAILY)
MEASURES = ("ndcg", "map")
DIGITS = {"ndcg": 3, "map": 4}  # MAP is small: it divides by all relevant items
CEILING = {
    "union_recall": "all candidates",
    "recall_at_k_of_a_perfect_order": "a perfect order at {k}",
    "recall_at_k": "ranker at {k}",
    "recall_at_keep": "ranker at {keep}",
    "taken_at_k": "taken at {k}",
    "taken_of_a_perfect_order": "taken of a perfect order",
    "taken_at_keep": "taken at {keep}",
}
Block = dict[str, Any]


def report(metrics: Path, k: int, keep: int) -> list[str]:
    """Lines: every system, the ranker's leads, the gain by step and the ceiling, a table each by protocol.

    metrics: folder of a finished run; k, keep: its `recommend.k` and `recommend.keep`.

    Raises
    ------
    InputError
        Naming the first file that is missing.
    """
    ranking, proof = (_read(metrics / f"{name}.json") for name in ("ranking", "proof"))
    leads, steps = proof["leads"], proof["steps"]
    tables = [(f"Every system, {p}", _systems(ranking, p, k)) for p in PROTOCOLS if p in ranking[RANKER]]
    tables += [
        (f"Ranker less each other system, {p} (p by Holm, of {leads['tests']} tests)", _leads(leads[p], k))
        for p in PROTOCOLS
        if p in leads
    ]
    tables += [(f"Gain by step, warm users, {p}", _steps(steps[p], k)) for p in PROTOCOLS if p in steps]
    tables.append(("Ceiling: recall, and the share of it that the ranker takes", _ceiling(proof["ceiling"], k, keep)))
    return [line for title, rows in tables for line in ("", f"### {title}", "", *rows)][1:]


def _read(path: Path) -> Any:
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected after a run of the pipeline: run `dvc repro`")
    return read_json(path)


def _systems(ranking: Block, protocol: str, k: int) -> Iterator[str]:
    """By the first segment's NDCG, the best first."""
    of_ranker = ranking[RANKER][protocol]
    segments = [name for name in ("warm", "cold") if name in of_ranker]
    heads = [f"{_at(m, k)} {name} ({of_ranker[name]['users']} users)" for name in segments for m in MEASURES]
    yield from _head("system", *heads)
    values = {system: protocols[protocol] for system, protocols in ranking.items()}
    for system in sorted(values, key=lambda name: -float(values[name][segments[0]]["ndcg"])):
        yield _row(system, *(_interval(values[system][segment], m) for segment in segments for m in MEASURES))


def _leads(blocks: Block, k: int) -> Iterator[str]:
    """By the first segment's NDCG, the narrowest lead first."""
    segments = [name for name in ("warm", "cold") if name in blocks]
    yield from _head("less", *(head for name in segments for m in MEASURES for head in (f"{_at(m, k)} {name}", "p")))
    for system in sorted(blocks[segments[0]], key=lambda name: float(blocks[segments[0]][name]["ndcg"])):
        leads = [(blocks[segment][system], m) for segment in segments for m in MEASURES]
        yield _row(system, *(cell for lead, m in leads for cell in (_interval(lead, m), _short(lead[f"{m}_holm"], 4))))


def _steps(block: Block, k: int) -> Iterator[str]:
    yield from _head("step", *(_at(m, k) for m in MEASURES))
    for step, gain in block["gains"].items():
        yield _row(step, *(_interval(gain, m) for m in MEASURES))


def _ceiling(blocks: Block, k: int, keep: int) -> Iterator[str]:
    yield from _head("queries", *(words.format(k=k, keep=keep) for words in CEILING.values()))
    for protocol in PROTOCOLS:
        for segment, values in blocks.get(protocol, {}).items():
            # Shares are missing where nothing is to be taken.
            yield _row(f"{protocol}, {segment}", *(_short(values[n], 3) if n in values else "-" for n in CEILING))


def _at(measure: str, k: int) -> str:
    return f"{measure.upper()}@{k}"


def _interval(values: Block, measure: str) -> str:
    mean, low, high = (_short(v, DIGITS[measure]) for v in (values[measure], *values[f"{measure}_interval"]))
    return f"{mean} [{low}, {high}]"


def _short(value: float, digits: int) -> str:
    """.315, -.002, 1.000: no zero before the point."""
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"


def _head(*cells: str) -> tuple[str, str]:
    return _row(*cells), "| --- " * len(cells) + "|"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
