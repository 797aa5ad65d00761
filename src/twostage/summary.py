"""Markdown: the figures of a finished run, which `python -m twostage report` prints, and the registered features."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twostage import features
from twostage.base.errors import InputError
from twostage.base.store import read_json
from twostage.liked.judge import SEGMENTS
from twostage.liked.models import CLASSIFIER
from twostage.lists import RANKER
from twostage.plots.kinds import ordered
from twostage.queries import PROTOCOLS

MEASURES = ("ndcg", "map")
DIGITS = {"ndcg": 3, "gain": 3, "map": 4}  # MAP is small: it divides by all relevant items
CEILING = {
    "union_recall": "all candidates",
    "recall_at_k_of_a_perfect_order": "a perfect order at {k}",
    "recall_at_k": "ranker at {k}",
    "recall_at_keep": "ranker at {keep}",
    "taken_at_k": "taken at {k}",
    "taken_of_a_perfect_order": "taken of a perfect order",
    "taken_at_keep": "taken at {keep}",
}
PAIRS = {"roc_auc": "ROC AUC", "roc_auc_within_query": "within a query", "pr_auc": "PR AUC", "log_loss": "log loss"}
Block = dict[str, Any]


def report(metrics: Path, k: int, keep: int) -> list[str]:
    """Lines: every system, the ranker's leads, the gain by step, each part, a table each by protocol; the ceiling; all
    lists merged against single ones; the watched pairs told apart.

    metrics: folder of a finished run; k, keep: its `recommend.k` and `recommend.keep`.

    Raises
    ------
    InputError
        Naming the first file that is missing.
    """
    files = ("ranking", "proof", "ranker", "observed", "generators")
    ranking, proof, ranker, observed, generators = (_read(metrics / f"{name}.json") for name in files)
    leads, steps, parts = proof["leads"], proof["steps"], proof["parts"]
    led = {segment: system for segment, system in ranker["leads"].items() if system != RANKER}
    tables = [(f"Every system, {p}", _systems(ranking, p, k, led)) for p in PROTOCOLS if p in ranking[RANKER]]
    tables += [
        (f"Ranker less each other system, {p} (p by Holm, of {leads['tests']} tests)", _leads(leads[p], k))
        for p in PROTOCOLS
        if p in leads
    ]
    tables += [(f"Gain by step, warm users, {p}", _steps(steps[p], k)) for p in PROTOCOLS if p in steps]
    tables += [
        (f"{_at(m, k)} by kind of user and item (light: up to {parts['light_rows']:g} rows), {p}", _parts(parts[p], m))
        for p in PROTOCOLS
        for m in MEASURES
        if parts.get(p)
    ]
    tables.append(("Ceiling: recall, and the share of it that the ranker takes", _ceiling(proof["ceiling"], k, keep)))
    if generators["test"].get("budgets"):
        tables.append(
            ("All lists merged and the best single list as long: recall on the test", _budgets(generators["test"]))
        )
    if ranker.get("choices"):  # neither where nothing else was asked, nor in a run of earlier code
        title = "The ranker's holdout with one choice changed, among the candidates of queries with a watched one"
        tables.append((title, _choices(ranker["choices"])))
    tables.append(("Another question: which of the pairs watched in the test were liked", _observed(observed)))
    return [line for title, rows in tables for line in ("", f"### {title}", "", *rows)][1:]


def features_table() -> str:
    """docs/FEATURES.md: every feature with its kind, meaning and the columns that it needs."""
    lines = [
        "# Features",
        "",
        "Written by `make docs` from the registry in `src/twostage/features/`; a test keeps it true. Each is computed",
        "as of the query's day from rows of earlier days only. A log without the needed columns has no such feature,",
        "and the stage says so; where none is named, `user_id`, `item_id` and `last_watch_dt` are enough. GENERATOR",
        "stands for each name in `params.yaml`'s `generators`; of an item that it didn't propose the rank is missing,",
        "and whether a value is missing is a cut that trees can make.",
        "",
        "| feature | kind | meaning | needs | family |",
        "| --- | --- | --- | --- | --- |",
    ]
    for family in sorted(features.families(), key=lambda family: (features.KINDS.index(family.kind), family.name)):
        needs = ", ".join(sorted(family.needs))
        lines += [
            f"| `{feature}` | {family.kind} | {meaning} | {needs} | `{family.name}` |"
            for feature, meaning in family.meanings.items()
        ]
    return "\n".join(lines) + "\n"


def _read(path: Path) -> Any:
    if not path.is_file():
        raise InputError(f"{path}: no such file, expected after a run of the pipeline: run `dvc repro`")
    return read_json(path)


def _systems(ranking: Block, protocol: str, k: int, led: dict[str, str]) -> Iterator[str]:
    """By the first segment's NDCG, the best first; led: whose lists another system leads, see `fallback`."""
    of_ranker = ranking[RANKER][protocol]
    segments = [name for name in ("warm", "cold") if name in of_ranker]
    if not segments:
        yield "No query of these has a relevant item."
        return
    heads = [f"{_at(m, k)} {name} ({of_ranker[name]['users']} users)" for name in segments for m in MEASURES]
    yield from _head("system", *heads)
    values = {system: protocols[protocol] for system, protocols in ranking.items()}
    for system in sorted(values, key=lambda name: -float(values[name][segments[0]]["ndcg"])):
        yield _row(system, *(_interval(values[system][segment], m) for segment in segments for m in MEASURES))
    for segment, system in led.items():
        yield from (
            "",
            f"{system} leads the lists of {segment} users: the ranker was worse for them on the holdout, "
            "or learned from none.",
        )


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


def _parts(block: Block, measure: str) -> Iterator[str]:
    """By the first part, the best first."""
    names = ordered(block)
    yield from _head("system", *(f"{name} ({block[name]['users']} users)" for name in names))
    first = {name: values for name, values in block[names[0]].items() if name not in ("queries", "users")}
    for system in sorted(first, key=lambda name: -float(first[name][measure])):
        yield _row(system, *(_interval(block[name][system], measure) for name in names))


def _ceiling(blocks: Block, k: int, keep: int) -> Iterator[str]:
    yield from _head("queries", *(words.format(k=k, keep=keep) for words in CEILING.values()))
    for protocol in PROTOCOLS:
        for segment, values in blocks.get(protocol, {}).items():
            # Shares are missing where nothing is to be taken.
            yield _row(f"{protocol}, {segment}", *(_short(values[n], 3) if n in values else "-" for n in CEILING))


def _budgets(found: Block) -> Iterator[str]:
    yield from _head("users", "candidates a query", "all merged", "best single list", "gain")
    for users, block in {"all": found, **{name: found.get(name, {}) for name in ("warm", "cold")}}.items():
        for budget, told in block.get("budgets", {}).items():
            best = max(told["single"], key=told["single"].get, default=None)
            single = [f"{best} {_short(told['single'][best], 3)}", _short(told["gain"], 3)] if best else ["-", "-"]
            yield _row(users, f"{told['union_candidates']:.0f} of {budget}", _short(told["union"], 3), *single)


def _choices(choices: Block) -> Iterator[str]:
    protocols = [name for name in PROTOCOLS if name in choices["in_use"]]
    yield from _head("choice", *(f"{words}, {protocol}" for protocol in protocols for words in ("NDCG", "gain")))
    yield _row("in use", *(cell for p in protocols for cell in (_short(choices["in_use"][p]["ndcg"], 3), "")))
    for name, block in choices["others"].items():
        cells = ((_short(block[p]["ndcg"], 3), _interval(block[p], "gain")) for p in protocols)
        yield _row(name, *(cell for pair in cells for cell in pair))


def _observed(found: Block) -> Iterator[str]:
    if found.get("left_out"):
        yield f"Left out: {found['left_out']}."
        return
    every, parts = found["all"]["scorers"], [name for name in SEGMENTS[1:] if name in found]
    yield from _head("scorer", *PAIRS.values(), *(f"ROC AUC, {name}" for name in parts))
    for name in sorted(every, key=lambda name: -every[name]["roc_auc"]):
        cells = [_short(every[name][measure], 3) if measure in every[name] else "-" for measure in PAIRS]
        yield _row(name, *cells, *(_short(found[part]["scorers"][name]["roc_auc"], 3) for part in parts))
    share = (0.5, 0.5, found["all"]["liked"], found["all"]["log_loss_of_the_share"], *(0.5 for _ in parts))
    yield _row("the share of liked for all", *(_short(value, 3) for value in share))
    liked, proposed = (_short(value, 3) for value in (found["all"]["liked"], found["proposed"]))
    yield from ("", f"Liked: {found['label']}. Of {found['pairs']} pairs {liked} are liked; {proposed} were proposed.")
    yield f"Learned from {found['learned_from']} pairs of the valid folds."
    yield from _calibration(found["calibration"], found["all"]["liked"])


def _calibration(bins: Block, liked: float) -> Iterator[str]:
    yield from ("", *_head("pairs", *map(str, bins["pairs"])))
    for name in ("predicted", "observed"):
        yield _row(name, *(_short(share, 3) for share in bins[name]))
    predicted = sum(p * n for p, n in zip(bins["predicted"], bins["pairs"], strict=True)) / sum(bins["pairs"])
    means = f"in the mean {_short(predicted, 3)}; {_short(liked, 3)} are liked"
    yield from ("", f"The {CLASSIFIER}'s probability is {means}.")


def _at(measure: str, k: int) -> str:
    return f"{measure.upper()}@{k}"


def _interval(values: Block, measure: str) -> str:
    mean, low, high = (_short(v, DIGITS[measure]) for v in (values[measure], *values[f"{measure}_interval"]))
    return f"{mean} [{low}, {high}]"


def _short(value: float, digits: int) -> str:
    """.315, -.002, .000, 1.000: no zero before the point, no sign before zero."""
    text = f"{value:z.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def _head(*cells: str) -> tuple[str, str]:
    return _row(*cells), "| --- " * len(cells) + "|"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
