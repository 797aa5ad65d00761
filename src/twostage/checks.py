"""Checks of params.yaml alone: each value, and those that must fit each other; stages/check_data.py has the log's."""

from twostage import generators
from twostage.base import memory
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run, Section, check_names, document, load
from twostage.datasets import Data
from twostage.queries import Target
from twostage.ranking import holdout
from twostage.ranking.choices import Choices
from twostage.ranking.ranker import Ranker
from twostage.reports import Audit, Compare, Explain, Observed
from twostage.sizes import Candidates, Cut, Keep, Shards
from twostage.split import Split, ValidFolds

SECTIONS: list[type[Section]] = [
    Run, Generators, Data, Split, Target, Candidates, Keep, Cut, Shards, Ranker, Choices,
    Compare, Explain, Audit, Observed,
]  # fmt: skip


def parameters() -> None:
    """Every value of params.yaml on its own and against the others; a list that is shorter than k is told.

    Raises
    ------
    InputError
        At the first that is wrong, with what would be valid.
    """
    written = set(document()) & set(generators.names())
    sections = [generators.find(name).Params for name in sorted(written)]
    check_names([*SECTIONS, *sections], also=generators.names())
    for section in SECTIONS:
        load(section)
    k = load(Cut).k
    for name, places in generators.places(load(Generators).generators, load(Candidates).n).items():
        if places < k:
            print(
                f"warning: {name} proposes {places} items a query (candidates.n x {name}.n_share), fewer than "
                f"recommend.k = {k}: its own figures, and those of fusion, are those of short lists"
            )
    memory.check_least(load(Run))
    if (there := memory.of_machine()) < load(Run).bytes:
        print(f"warning: memory = {load(Run).memory}, but this machine has {there / 1e9:.1f}GB: a stage may be killed")
    holdout.check(load(ValidFolds), load(Ranker))
    data = load(Data)
    if data.source == "files" and not data.path.is_dir():
        raise InputError(f"params.yaml: data.path = {str(data.path)!r}: no such folder; expected one with CSV files")
