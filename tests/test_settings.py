from pathlib import Path

import pytest
import yaml

from stages import apply as apply_command
from tests.small import PARAMS
from twostage import checks, features, generators, settings
from twostage.base import memory, params
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run
from twostage.datasets import kion
from twostage.ranking.training import Training
from twostage.sizes import Candidates, Keep, proposed

KION_ROWS = kion.FACTS.n_rows

TEXT = """\
# What a run depends on: ж.
data:
  source: movielens        # movielens | kion
  columns: {}              # ours

split:
  start: "2000-11-29"      # first day
  other: '2000-11-30'
  folds:                   # names
    - one  # the first
    - two

  # Of the length.
  days: null
losses:
  Logloss: 0.1
  YetiRank: 0.1
seed: 17"""


@pytest.fixture
def apply(tmp_path: Path):
    """Settings as text applied to TEXT; gives what changed and the new text."""
    path, values = tmp_path / "params.yaml", tmp_path / "new.yaml"
    path.write_bytes(TEXT.encode())

    def run(text: str) -> tuple[list[str], str]:
        values.write_text(text)
        return settings.apply(values, path), path.read_bytes().decode()

    run.path = path
    return run


@pytest.mark.parametrize(
    ("wanted", "old", "new"),
    [
        ("data.source: kion", "source: movielens  ", "source: kion  "),
        ('split.start: "2021-08-06"', 'start: "2000-11-29"', 'start: "2021-08-06"'),
        ("split.other: '2021-08-06'", "'2000-11-30'", "'2021-08-06'"),
        ("split.days: 7", "days: null", "days: 7"),
        ("seed: 3", "seed: 17", "seed: 3"),
        ("seed: 17.0", "seed: 17", "seed: 17.0"),
        ("data.columns: {who: user_id}", "columns: {}", "columns: {who: user_id}"),
        ("split.folds: [three]", "    - one  # the first\n    - two", "    [three]"),
        ("losses: {Logloss: 0.2}", "  Logloss: 0.1\n  YetiRank: 0.1", "  {Logloss: 0.2}"),
        ("data.source: 'yes'", "source: movielens  ", "source: 'yes'  "),
    ],
)
def test_one_value_changes_and_every_other_byte_stays(apply, wanted, old, new):
    changed, text = apply(wanted)
    assert text == TEXT.replace(old, new)
    name, value = next(iter(yaml.safe_load(wanted).items()))
    found = yaml.safe_load(text)
    for part in name.split("."):
        found = found[part]
    assert found == value
    assert len(changed) == 1


def test_several_values_at_once_and_what_is_said_of_them(apply):
    changed, text = apply('seed: 3\nsplit.start: "2021-08-06"\ndata.source: kion\nsplit.days: null')
    assert changed == ["seed: 17 -> 3", "split.start: '2000-11-29' -> '2021-08-06'", "data.source: movielens -> kion"]
    assert text == TEXT.replace("movielens  ", "kion  ").replace("2000-11-29", "2021-08-06").replace("17", "3")


def test_values_that_stand_there_already_leave_the_file_alone(apply):
    before = apply.path.stat().st_mtime_ns
    assert apply('seed: 17\nsplit.start: "2000-11-29"') == ([], TEXT)
    assert apply.path.stat().st_mtime_ns == before


def test_value_after_nothing(tmp_path):
    path, values = tmp_path / "params.yaml", tmp_path / "new.yaml"
    path.write_text("a:\nb: 1\n")
    values.write_text("a: 2")
    settings.apply(values, path)
    assert path.read_text() == "a: 2\nb: 1\n"


def test_a_list_at_the_column_of_its_key(tmp_path):
    path, values = tmp_path / "params.yaml", tmp_path / "new.yaml"
    path.write_text("a:\n- 1\n- 2\nb:\n  c:\n  - 3\nd: 4\n")
    values.write_text("a: [5]\nb.c: []")
    settings.apply(values, path)
    assert path.read_text() == "a:\n  [5]\nb:\n  c:\n    []\nd: 4\n"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("data.sauce: kion", r"new\.yaml: data\.sauce isn't in .*params\.yaml; data has source, columns$"),
        ("daat.source: kion", r"daat\.source isn't in .*; the top has data, split, losses, seed$"),
        ("seed.x: 1", r"seed\.x isn't in .*; seed has no names$"),
        ("data: {source: kion}\ndata.source: x", r"data holds data\.source already, expected one or the other$"),
        ("split.start: 2021-08-06", r"split\.start = 2021-08-06, expected quotes around a date$"),
        ("- 1", r"new\.yaml: expected sections of parameters, found list$"),
        ("a: [", r"new\.yaml: not YAML"),
    ],
)
def test_refused_in_one_line_and_nothing_is_written(apply, wanted, message):
    with pytest.raises(InputError, match=message) as error:
        apply(f"{wanted}\n")
    assert "\n" not in str(error.value)
    assert apply.path.read_bytes().decode() == TEXT


def test_no_such_file(apply, tmp_path):
    with pytest.raises(InputError, match=r"gone\.yaml: no such file"):
        settings.apply(tmp_path / "gone.yaml", apply.path)


SHIPPED = sorted({*(PARAMS.parent / "settings").glob("*.yaml")} - {PARAMS.parent / "settings/tune.yaml"})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_settings_give_valid_parameters_and_keep_every_comment(path, tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_bytes(PARAMS.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert settings.apply(path, Path("params.yaml"))
    checks.parameters()
    comments = [line.partition("#")[2] for line in PARAMS.read_text().splitlines() if "#" in line]
    assert [line.partition("#")[2] for line in Path("params.yaml").read_text().splitlines() if "#" in line] == comments
    assert settings.apply(path, Path("params.yaml")) == []


def test_kion_is_the_exercises_run(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_bytes(PARAMS.read_bytes())
    settings.apply(PARAMS.parent / "settings/kion.yaml", path)
    found = params.document(path)
    assert found["data"]["source"] == "kion"
    expected = {"valid_start": "2021-08-06", "test_start": "2021-08-13", "valid_folds": ["valid_1"], "test_days": None}
    assert {name: found["split"][name] for name in expected} == expected


def test_kion_has_room_for_all_of_it(tmp_path):
    """No stage finds out after all of level 1 that as many rows as KION has don't fit into its settings."""
    path = tmp_path / "params.yaml"
    path.write_bytes(PARAMS.read_bytes())
    settings.apply(PARAMS.parent / "settings/kion.yaml", path)
    run = params.load(Run, path)
    listed, n = params.load(Generators, path).generators, params.load(Candidates, path).n
    places = [params.load(generators.find(name).Params, path).places(n) for name in listed]
    items = proposed(places, params.load(Keep, path), kion.FACTS.catalogue)
    memory.check_log(KION_ROWS, items, run)
    assert memory.at_once(100, run, KION_ROWS, memory.LOG, items * memory.PROPOSED) == 100
    assert memory.at_once(100, run, KION_ROWS, memory.FEATURE_LOG, items * memory.FEATURED) == 100
    given, columns = params.load(Training, path), sum(len(family.meanings) for family in features.families())
    rows = len(given.queries) * (given.max_rows + 2 * given.max_candidates)  # what is read to choose and to train
    memory.check_training(rows, columns + 3 * len(listed), run)


def test_values_that_do_not_go_with_the_others_are_taken_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = PARAMS.read_bytes()
    Path("params.yaml").write_bytes(before)
    Path("wanted.yaml").write_text("recommend.k: 101\n")
    with pytest.raises(InputError, match=r"wanted.yaml: nothing is changed, .*recommend\.k = 101 is over") as error:
        apply_command.main("wanted.yaml")
    assert "\n" not in str(error.value)
    assert Path("params.yaml").read_bytes() == before
