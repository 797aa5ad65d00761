"""A copy of the project in a folder of its own, with small parameters, and what DVC does in it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.end_to_end import forks

ROOT = Path(__file__).resolve().parents[2]
ONE_PROCESS = str(Path(__file__).with_name("one_process.py"))
NOBODY = "http://127.0.0.1:1"
OUTPUTS = ("data", "metrics", "plots")
# The last 60 days of KION's, so that the periods of settings/kion.yaml lie in them.
LOG = {"users": 300, "items": 80, "views": 2400, "first_day": "2021-06-24", "days": 60}
TEST_START = "2021-08-13"
PAIR = ("recommend", "compare", "evaluate", "diversity")  # what the run on train.csv and test.csv went up to
SMALL: dict[str, Any] = {
    "data__source": "simulated",
    "data__simulated": LOG,
    "split__valid_start": "2021-08-06",
    "split__test_start": TEST_START,
    "split__valid_folds": ["valid_1"],
    "generators": ["popular", "als"],
    "candidates__n": 20,
    "als__factors": 4,
    "als__iterations": 2,
    "ranker__losses": {"Logloss": 0.1, "QuerySoftMax": 0.1},
    "ranker__prefer": ["Logloss", "QuerySoftMax"],
    "ranker__iterations": 20,
    "ranker_choices__negatives": [4],
    "observed__max_pairs": 150,
    "recommend__keep": 30,
    "explain__rows": 50,
    "audit__queries": 20,
    "threads": 1,
}


@dataclass(frozen=True)
class Outcome:
    code: int
    ran: list[str]  # stages, in their order
    output: str

    @property
    def errors(self) -> list[str]:
        """Lines in which the program says what is wrong."""
        return [line for line in self.output.splitlines() if line.startswith("error: ")]


@dataclass(frozen=True)
class Checkout:
    folder: Path

    def dvc(self, *words: str) -> Outcome:
        code, said = forks.dvc(words, self.folder, self._environment())
        return _outcome(code, said)

    def make(self, *words: str) -> Outcome:
        """A target of the Makefile, which finds everything installed: this interpreter and its tools."""
        stamp = self.path(".venv/run.stamp")
        stamp.parent.mkdir(exist_ok=True)
        stamp.touch()
        outcome = self._run("make", *words)
        assert outcome.code == 0, outcome.output[-3000:]
        return outcome

    def _run(self, *command: str) -> Outcome:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return _outcome(done.returncode, done.stdout)

    def repro(self, *words: str) -> Outcome:
        outcome = self.dvc("repro", *words)
        assert outcome.code == 0, outcome.output[-3000:]
        return outcome

    def in_one_process(self, *stages: str, how: str = "run") -> Outcome:
        """These stages and all that they need, at a fraction of the time of DVC where stages are many and small.

        how: `commit` leaves dvc.lock and the cache as after a run by DVC, `lock` the same less the cache of runs;
        `only` runs nothing that they need.
        """
        outcome = self._run(sys.executable, ONE_PROCESS, how, *stages)
        assert outcome.code == 0, outcome.output[-3000:]
        return outcome

    def stage(self, *words: str) -> Outcome:
        """A stage by its command, as DVC calls it: a process of its own, and those that it starts."""
        return self._run(sys.executable, "-m", f"stages.{words[0]}", *words[1:])

    def stale(self, *stages: str) -> set[str]:
        """Of these stages, or of all, those that the next run would begin with."""
        outcome = self.dvc("status", "--json", *stages)
        assert outcome.code == 0, outcome.output
        return set(json.loads(outcome.output))

    def set(self, **values: Any) -> None:
        """Values of params.yaml by their dotted name, with __ for the dot."""
        params = self.params
        for name, value in values.items():
            *sections, last = name.split("__")
            place = params
            for section in sections:
                place = place[section]
            place[last] = value
        self.path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    @property
    def params(self) -> dict[str, Any]:
        values: dict[str, Any] = yaml.safe_load(self.path("params.yaml").read_text())
        return values

    def path(self, name: str) -> Path:
        return self.folder / name

    def json(self, name: str) -> Any:
        return json.loads(self.path(name).read_text())

    def append(self, name: str, text: str) -> None:
        with self.path(name).open("a") as file:
            file.write(text)

    def replace(self, name: str, words: dict[str, str]) -> None:
        """Each of these words, which stand in the file once, by another."""
        text = self.path(name).read_text()
        for old, new_word in words.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new_word)
        self.path(name).write_text(text)

    def hashes(self) -> dict[str, str]:
        """Every file of the outputs, user's own files aside, with the hash of its bytes."""
        files = [path for name in OUTPUTS for path in self.path(name).rglob("*") if path.is_file()]
        return {
            str(path.relative_to(self.folder)): hashlib.md5(path.read_bytes()).hexdigest()
            for path in sorted(files)
            if path.name not in (".gitkeep", ".gitignore") and "data/raw/files" not in str(path)
        }

    def copy(self, folder: Path) -> "Checkout":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Checkout(folder)

    def _environment(self) -> dict[str, str]:
        """This interpreter's tools first, no network, no settings or caches of the person who runs the tests."""
        home = self.folder.with_name(f"{self.folder.name}.home")
        own = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DVC_SITE_CACHE_DIR")}
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        # What `make test` was called with isn't for a make within.
        outer = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
        nowhere = {"http_proxy": NOBODY, "https_proxy": NOBODY, "no_proxy": "127.0.0.1"}
        return outer | own | nowhere | {"PATH": path, "GIT_CONFIG_NOSYSTEM": "1"}


def _outcome(code: int, said: str) -> Outcome:
    return Outcome(code, [line.split("'")[1] for line in said.splitlines() if line.startswith("Running stage")], said)


def new(folder: Path, **values: Any) -> Checkout:
    """The checkout's own files, committed, with parameters for a log of a few hundred users, or other `values`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if not name.startswith(("tests/", "metrics/", "plots/")) and name != "dvc.lock" and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    checkout = Checkout(folder)
    checkout.set(**(SMALL | values))
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return checkout
