"""dvc.yaml must list exactly the code and the parameters that each stage uses.

DVC does not follow Python imports (treeverse/dvc#9195): a module missing from `deps` means stale results, one
too many means needless reruns.
"""

import ast
import importlib
import re
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DVC = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES = DVC["stages"]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())
# Registries import these by name, so no import statement leads there: whoever imports the registry needs them.
FOLDERS = {"features": "src/twostage/features", "datasets": "src/twostage/datasets"}
GENERATORS = "src/twostage/generators"
# This stage looks a generator up by its name in the command; the others that import the registry use them all.
ONE_GENERATOR = "fit"


def script(name: str) -> Path:
    return ROOT / "stages" / f"{STAGES[name]['cmd'].split()[2].removeprefix('stages.')}.py"


def first_party_file(name: str) -> Path | None:
    for base in (ROOT, ROOT / "src"):
        stem = base.joinpath(*name.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file():
                return path
    return None


@cache
def imported_files(path: Path) -> frozenset[Path]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    # Importing a.b.c runs a/__init__.py and a/b/__init__.py too.
    names |= {".".join(parts[:n]) for parts in (name.split(".") for name in names) for n in range(1, len(parts))}
    files = {first_party_file(name) for name in names}
    return frozenset(file for file in files if file and file.stat().st_size)


def closure(*paths: Path) -> set[Path]:
    seen: set[Path] = set()
    todo = list(paths)
    while todo:
        if (file := todo.pop()) not in seen:
            seen.add(file)
            todo += imported_files(file)
    return seen


def used(name: str, generator: str | None = None) -> set[Path]:
    """Files that a stage runs, with what its registries load by name."""
    files = closure(script(name))
    more: set[Path] = set()
    for init, folder in FOLDERS.items():
        if ROOT / "src/twostage" / init / "__init__.py" in files:
            more |= set((ROOT / folder).glob("*.py"))
    if generator:
        more.add(ROOT / GENERATORS / f"{generator}.py")
    elif ROOT / GENERATORS / "__init__.py" in files:
        more |= set((ROOT / GENERATORS).glob("*.py"))
    return {file for file in closure(*files, *more) if file.stat().st_size}


def declared(name: str, generator: str | None = None) -> set[Path]:
    deps = [str(dep).replace("${item.generator}", generator or "") for dep in STAGES[name]["deps"]]
    return {ROOT / dep for dep in deps if dep.startswith(("stages/", "src/"))}


def covered(file: Path, deps: set[Path]) -> bool:
    return file in deps or any(folder in deps for folder in file.parents)


CASES = [
    (name, generator) for name in STAGES for generator in (PARAMS["generators"] if name == ONE_GENERATOR else [None])
]


@pytest.mark.parametrize(("name", "generator"), CASES)
def test_code_dependencies(name, generator):
    deps, files = declared(name, generator), used(name, generator)
    assert not sorted(str(f.relative_to(ROOT)) for f in files if not covered(f, deps)), "imported but not in deps"
    assert not sorted(str(d.relative_to(ROOT)) for d in deps if not any(covered(f, {d}) for f in files)), (
        "never imported"
    )


def loaded_classes(name: str) -> list[type]:
    """Classes that the stage's script hands to params.load."""
    tree = ast.parse(script(name).read_text())
    module = importlib.import_module(f"stages.{script(name).stem}")
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "params.load"]
    return [eval(ast.unparse(call.args[0]), vars(module)) for call in calls]


def values_of(cls: type) -> set[str]:
    return {f"{cls.section}.{field}" if cls.section else field for field in cls.model_fields}


@pytest.mark.parametrize("name", [name for name in STAGES if name != "check_parameters"])
def test_parameters(name):
    expected = set().union(*(values_of(cls) for cls in loaded_classes(name)))
    found: set[str] = set()
    for param in STAGES[name].get("params", []):
        section = PARAMS.get(param)
        found |= {f"{param}.{key}" for key in section} if isinstance(section, dict) else {param}
    found.discard("${item.generator}")
    # `memory` says how much is held at once and changes no result: whoever raises it after a refusal fits nothing anew.
    free = {"memory"} if name != "check_data" else set()
    assert found == expected - free, "what the script loads, and what dvc.yaml declares"


def test_a_fit_depends_on_its_own_generators_section():
    assert "${item.generator}" in STAGES[ONE_GENERATOR]["params"]


def test_the_check_of_parameters_sees_the_whole_file():
    assert STAGES["check_parameters"]["params"] == [{"params.yaml": None}]


@pytest.mark.parametrize("name", [name for name in STAGES if name != "check_parameters"])
def test_every_root_stands_behind_the_checks(name):
    """A stage that reads no other stage's output would run before bad input is found."""
    outputs = {
        out if isinstance(out, str) else next(iter(out)) for stage in STAGES.values() for out in stage.get("outs", [])
    }
    outputs |= {next(iter(out)) for stage in STAGES.values() for out in stage.get("metrics", [])}
    data = [dep for dep in STAGES[name]["deps"] if not dep.startswith(("stages/", "src/"))]
    starts = [out.split("$")[0] for out in outputs]
    assert any(dep.startswith(start) or start.startswith(dep) for dep in data for start in starts)


def files_of(stage: dict) -> list[str]:
    """What a stage reads and writes, each up to the first value that dvc.yaml fills in."""
    every = [file for kind in ("deps", "outs", "metrics", "plots") for file in stage.get(kind, [])]
    return [(file if isinstance(file, str) else next(iter(file))).split("$")[0] for file in every]


@pytest.mark.parametrize("name", STAGES)
def test_files_that_a_script_names_are_declared(name):
    """A file of an earlier layout may still lie in the checkout: reading it would go unnoticed."""
    nodes = list(ast.walk(ast.parse(script(name).read_text())))
    named = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    named = [text for text in named if re.fullmatch(r"(data|metrics|plots)/\S*", text)]
    if any(isinstance(node, ast.Attribute) and ast.unparse(node) == "LogTables.read" for node in nodes):
        named.append("data/log")
    files = files_of(STAGES[name])
    assert not {"data/", "metrics/", "plots/"} & set(named), "any file might be meant"
    assert [text for text in named if not any(text.startswith(f) or f.startswith(text) for f in files)] == []


def test_names_of_stages_that_depend_on_k_or_n():
    """Contract: by these names one can tell from outside that k and N refit nothing."""
    for name, stage in STAGES.items():
        params = stage.get("params", [])
        if "recommend.k" in params:
            assert not any(word in name for word in ("feature", "candidate", "retriev")), name
        if "recommend.k" in params or "candidates" in params:
            assert not name.startswith(("fit", "train", "fetch", "prepare", "split")), name


def test_what_a_user_reads_stays_until_the_new_file_is_whole():
    read = re.compile(r"metrics/|plots/|data/(test_)?recommendations\.parquet")
    outputs = [out for stage in STAGES.values() for kind in ("outs", "metrics") for out in stage.get(kind, [])]
    files = {name: how for out in outputs if isinstance(out, dict) for name, how in out.items()}
    results = {name for name in {*files, *(out for out in outputs if isinstance(out, str))} if read.match(name)}
    assert len(results) >= 32
    # The report that lets lists be made is no result: that of an earlier run says nothing of this one.
    assert [name for name in sorted(results) if not files.get(name, {}).get("persist")] == ["metrics/audit.json"]


def test_every_stage_says_what_it_does():
    assert [name for name, stage in STAGES.items() if not stage.get("desc")] == []


if __name__ == "__main__":  # the deps as they should be
    for stage in STAGES if len(sys.argv) < 2 else sys.argv[1:]:
        print(stage, *sorted(str(f.relative_to(ROOT)) for f in used(stage)), sep="\n  ")
