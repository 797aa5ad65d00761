import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.small import PARAMS
from twostage import checks, generators
from twostage.base.errors import InputError

GOOD = yaml.safe_load(PARAMS.read_text())


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The check of the project's params.yaml with these values at dotted names."""
    monkeypatch.chdir(tmp_path)

    def run(**changes: Any) -> None:
        values = yaml.safe_load(PARAMS.read_text())
        for dotted, value in changes.items():
            *sections, name = dotted.split(".")
            place = values
            for section in sections:
                place = place[section]
            place[name] = value
        Path("params.yaml").write_text(yaml.safe_dump(values))
        checks.parameters()

    return run


def test_the_projects_own_values_pass(check, capsys):
    check()
    assert capsys.readouterr().out == ""


def test_a_generator_whose_lists_are_shorter_than_k_is_told(check, capsys):
    check(**{"als.n_share": 0.05, "bpr.n_share": 0.1, "generators": ["als", "bpr"]})
    (warning,) = capsys.readouterr().out.splitlines()
    assert warning.startswith("warning: als proposes 5 items a query (candidates.n x als.n_share), fewer than")


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A file beside the generators that there are."""
    folder = tmp_path / "more"
    folder.mkdir()
    monkeypatch.setattr(generators, "__path__", [*generators.__path__, str(folder)])
    yield folder / "oldest.py"
    sys.modules.pop(f"{generators.__name__}.oldest", None)


UNFINISHED = "class Wrong: pass"
OLDEST = """
from twostage.generators.kinds.generator import Counted, GeneratorParams, Lists

class Params(GeneratorParams):
    section = "oldest"

class Oldest(Counted):
    Params = Params

    def retrieve(self, queries, n, exclude_seen):
        return Lists.empty(len(queries), n)

    def score(self, queries, query, item):
        return Lists.empty(len(query), 1).scores[:, 0]
"""


@pytest.mark.parametrize("text", [UNFINISHED, OLDEST, "not Python"])
def test_a_generator_that_is_off_needs_no_section_and_is_not_read(check, added, text):
    added.write_text(text)
    check()


def test_a_misspelt_section_is_answered_with_all_there_may_be(check):
    with pytest.raises(InputError, match=r"unknown parameter sasrek; known: .*, neural_cf, .*, sasrec, "):
        check(sasrek={})


def test_one_file_one_name_and_an_empty_section_are_a_generator(check, added):
    added.write_text(OLDEST)
    check(generators=["popular", "oldest"], oldest={})


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        (
            UNFINISHED,
            {"oldest": {}},
            r"^src/twostage/generators/oldest\.py: expected a class Oldest that is a Generator$",
        ),
        (OLDEST, {}, r"the section oldest is missing .*; one without any is \{\}$"),
        (
            OLDEST.replace("retrieve", "list"),
            {"oldest": {}},
            r"oldest\.py: expected a class Oldest that is a Generator, with retrieve$",
        ),
        (OLDEST.replace("    Params = Params", ""), {"oldest": {}}, r"and whose Params have section = 'oldest'$"),
        (OLDEST.replace('"oldest"', '"popular"'), {"oldest": {}}, r"and whose Params have section = 'oldest'$"),
        (OLDEST, {"oldest": {"days": 7}}, r"unknown parameter oldest\.days; known: n_share$"),
    ],
)
def test_a_generator_that_is_on_must_be_whole(check, added, text, changes, message):
    added.write_text(text)
    with pytest.raises(InputError, match=message):
        check(generators=["popular", "oldest"], **changes)


def test_more_memory_than_the_machine_has_is_told(check, capsys):
    check(memory="900TB")
    (warning,) = capsys.readouterr().out.splitlines()
    assert warning.startswith("warning: memory = 900TB, but this machine has ")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"candidate": {"n": 5}}, "unknown parameter candidate; known: .*candidates"),
        ({"recommend.K": 5}, r"unknown parameter recommend\.K; known: .*keep"),
        ({"als.factor": 5}, r"unknown parameter als\.factor; known: .*factors"),
        ({"candidates.n": 0}, r"candidates\.n = 0"),
        ({"candidates.n": "many"}, r"candidates\.n = 'many'"),
        ({"recommend.k": 0}, r"recommend\.k = 0"),
        ({"recommend.k": 101}, r"recommend\.k = 101 is over recommend\.keep = 100"),
        ({"recommend.shard_users": 150}, r"recommend\.shard_users = 150: .*multiple of 100"),
        ({"generators": ["popluar"]}, "generators: unknown 'popluar'; known: als, .*popular"),
        ({"generators": ["kinds"]}, "generators: unknown 'kinds'"),
        ({"generators": []}, r"generators = \[\]"),
        ({"als.factors": 0}, r"als\.factors = 0"),
        ({"popular.windows": [7, 0]}, r"popular\.windows\.1 = 0"),
        ({"popular.instead": ["every"]}, r"popular\.instead\.0 = 'every'"),
        ({"generators": ["sasrec"], "sasrec.heads": 5}, "factors 64 must be a multiple of heads 5"),
        ({"als.n_share": 1.5}, r"als\.n_share = 1\.5"),
        ({"split.test_start": "2000-13-01"}, r"split\.test_start"),
        ({"split.valid_start": "2001-06-01"}, "valid_start 2001-06-01 must lie before test_start"),
        ({"ranker.losses": {"Logloss": 0}}, r"ranker\.losses\.Logloss = 0"),
        ({"ranker.queries": ["weekly"]}, r"ranker\.queries\.0 = 'weekly'"),
        ({"ranker.queries": ["daily", "daily"]}, r"ranker\.queries = \['daily', 'daily'\]: a name stands twice"),
        ({"ranker.losses": {"Logless": 0.1}}, r"ranker\.losses\.Logless.*'Logloss', 'YetiRank' or 'QuerySoftMax'"),
        ({"ranker.holdout_days": 90}, r"ranker\.holdout_days = 90, expected 1 to 89: .*'valid_3'"),
        ({"target.column": "liked"}, r"target\.column = 'liked'"),
        ({"compare.depths": [10, 0]}, r"compare\.depths\.1 = 0"),
        ({"compare.budgets": [-5]}, r"compare\.budgets\.0 = -5"),
        ({"compare.rbo_p": 1}, r"compare\.rbo_p = 1"),
        ({"audit.queries": 0}, r"audit\.queries = 0"),
        ({"audit.fail": ["dominance", "psi"]}, r"audit: a check stands twice in fail .* and warn .*; list it in one"),
        ({"audit.fail": ["leaks"]}, r"audit\.fail\.0 = 'leaks': Input should be 'corruption', 'fitted_late'"),
        ({"data.source": "netflix"}, "data.source = 'netflix': Input should be 'files', 'kion', "),
        ({"data.source": "files", "data.path": "nowhere"}, "data.path = 'nowhere': no such folder"),
        ({"data.kion": {"language": "de"}}, r"data\.kion\.language = 'de': .*'original' or 'en'"),
        ({"data.simulated": {"users": 1}}, r"data\.simulated"),
        ({"seed": "lucky"}, "seed = 'lucky'"),
        ({"threads": 0}, "threads = 0"),
        ({"memory": "1KB"}, "memory = 1KB, expected at least 1000MB for 2 threads"),
    ],
)
def test_a_bad_value_is_named_in_one_line(check, changes, message):
    with pytest.raises(InputError, match=message) as error:
        check(**changes)
    assert "\n" not in str(error.value)


def test_a_list_as_long_as_what_is_kept_passes(check):
    check(**{"recommend.k": GOOD["recommend"]["keep"]})


def test_a_generator_that_is_off_may_have_bad_values(check):
    check(**{"generators": ["popular"], "als.factors": 0})


def test_files_may_lie_anywhere(check, tmp_path):
    (tmp_path / "mine").mkdir()
    check(**{"data.source": "files", "data.path": "mine"})
