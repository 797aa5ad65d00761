"""What a finished run tells.

python -m twostage explain --user ID [--item ID]: why the user is shown these items, by the way that serves them.
python -m twostage report: the figures of metrics/ as Markdown tables.
"""

import argparse
import sys
from pathlib import Path

from twostage.base import errors, params  # isort: skip  # before pandas: it settles the arithmetic
import pandas as pd

from twostage import generators, serve, summary
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.explain import case, lookup, words
from twostage.explain.meanings import meanings
from twostage.past.asof import Queries
from twostage.ranking import fallback, ranker
from twostage.sizes import Candidates, Cut, Keep
from twostage.split import FINAL, date_of

DATA = Path("data")
MODELS = DATA / "models"
QUERIES = "folds/final/queries.parquet"
HISTORY = 10  # rows of the user's past that are told


def explain(user_id: str, item_id: str | None) -> list[str]:
    """Lines about the user's list, or about the one item.

    Raises
    ------
    InputError
        If the pipeline hasn't run, or there is no such user or item.
    """
    run, keep, names = params.load(Run), params.load(Keep), params.load(Generators).generators
    check_outputs(names)
    log, users, items = LogTables.read()
    queries = pd.read_parquet(DATA / QUERIES)
    user = lookup.code(users["user_id"], user_id, "user")
    item = None if item_id is None else lookup.item(items, item_id)
    query = queries[queries["user"] == user]
    own = log[(log["user"] == user) & (log["day"] < query["day"].iloc[0])]
    source = Source(log, users, items, run, only=user)
    models = generators.fitted(MODELS, FINAL, names, run)
    model = ranker.load(DATA / "ranker/final.cbm")
    known = meanings(names)
    case.check_features(model, known)
    retrieval = Retrieval(models, params.load(Candidates).n, keep, whole=True)
    answer = serve.answer(query, serve.Loaded(source, retrieval, model, run))
    lines = [f"User {user_id}, {date_of(query['day'].iloc[0])}: {len(answer.rows)} candidates"]
    lines += words.person(users, user)
    lines += words.history(own.tail(HISTORY), items)
    lines += words.leading(fallback.noted(model), cold=own.empty)
    if answer.rows.empty:
        lines.append("There is nothing left to recommend.")
    found = case.ranked(answer)
    wanted = found[found["rank"] <= params.load(Cut).k] if item is None else found[found["item"] == item]
    for one in case.cases(answer, wanted, names, known, model, run):
        lines += ["", *words.case(one, items)]
    if item is not None and wanted.empty:
        asked = Queries.of(query, source.log)
        days = own.loc[own["item"] == item, "day"].tolist()
        lines += ["", *words.absent(case.absent(answer, item, asked, models), items, days[0] if days else None)]
    return lines


def report() -> list[str]:
    """Lines: see `summary.report`."""
    cut = params.load(Cut)
    return summary.report(Path("metrics"), cut.k, cut.keep)


def check_outputs(names: list[str]) -> None:
    """That the pipeline has left what an explanation reads.

    Raises
    ------
    InputError
        Naming the first file that is missing.
    """
    models = (generators.model_file(MODELS, name, FINAL) for name in names)
    for path in (DATA / QUERIES, *models, DATA / "ranker/final.cbm"):
        if not path.is_file():
            raise InputError(f"{path}: no such file, expected after a run of the pipeline: run `dvc repro`")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m twostage")
    commands = parser.add_subparsers(required=True, metavar="explain | report")
    command = commands.add_parser("explain", help="why a user is shown these items, or whether one would be")
    command.add_argument("--user", required=True, help="an id of the log")
    command.add_argument("--item", help="an id of the log or of items.csv, or a title: this one alone, listed or not")
    command.set_defaults(lines=lambda given: explain(given.user, given.item))
    command = commands.add_parser("report", help="the figures of metrics/ as Markdown tables")
    command.set_defaults(lines=lambda given: report())
    given = parser.parse_args(arguments)
    errors.run(lambda: print("\n".join(given.lines(given))), [])


if __name__ == "__main__":
    main(sys.argv[1:])
