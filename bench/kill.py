"""A run that is killed in every stage against an unbroken one: python -m bench.kill FOLDER SHARE [SEED].

Lays the project at a share of KION's size (see `bench.scale`) into FOLDER/unbroken and FOLDER/killed. In the second,
`dvc repro` and what it started are ended by SIGKILL once in every stage, at a random part, up to nine tenths, of the
time that the stage took in the first, and `dvc repro` is called again; a stage that is over by then is tried once more.
Nothing is done in between, except where the kill met DVC in writing a file of its own: that one is removed, as
docs/PIPELINE.md says. Prints a line a stage, and at the end whether every output has the same bytes; ends with exit
code 1 if one hasn't, if a file more or less is there, or if a run fails.
"""

import hashlib
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread

import psutil

import stages
from bench import scale
from twostage.base.errors import InputError

STAGE = re.compile(r"Running stage '(.+)':")
LATEST = 0.9  # share of a stage's time by which it is killed
POLL = 0.01  # seconds between two looks whether a stage is over
OUTPUTS = ("data", "metrics", "plots")
# What DVC writes in place, and so may leave half written, by what it says then.
SPOILT = {"'./dvc.lock' ": "dvc.lock", "rwlock'. JSON structure": ".dvc/tmp/rwlock"}


class Repro:
    """A `dvc repro` whose stages are told as they start."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.said: list[str] = []
        self._names = Queue[str | None]()
        self._process = subprocess.Popen(
            ["dvc", "repro", *options], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        Thread(target=self._listen, daemon=True).start()

    def stages(self) -> Iterator[str]:
        """Name of each stage that runs, when it starts; ends with the run."""
        return iter(self._names.get, None)

    def undisturbed(self, seconds: float) -> bool:
        """Whether for so many seconds no other stage starts, nor the run ends."""
        until = time.perf_counter() + seconds
        while self._names.empty():
            if time.perf_counter() >= until:
                return True
            time.sleep(POLL)
        return False

    def kill(self) -> None:
        kill(self._process.pid)
        self._process.wait()

    def succeeded(self) -> bool:
        return self._process.wait() == 0

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self.said.append(line)
            if found := STAGE.match(line):
                self._names.put(found[1])
        self._names.put(None)


def unbroken(folder: Path) -> dict[str, float]:
    """Seconds of each stage of a run, in its order."""
    run = Repro(folder)
    starts = {name: time.perf_counter() for name in run.stages()}
    if not run.succeeded():
        sys.exit(f"{folder}: the unbroken run failed:\n{''.join(run.said[-20:])}")
    stops = [*list(starts.values())[1:], time.perf_counter()]
    return {name: stop - start for (name, start), stop in zip(starts.items(), stops, strict=True)}


def broken(folder: Path, seconds: dict[str, float], seed: int) -> dict[str, float]:
    """Kill each stage once and go on; gives when each was killed, seconds from its start.

    A stage that is over before its moment runs again, by force, when the others are done, and its next moment is drawn
    from half of that time, then from a quarter and so on.

    Raises
    ------
    SystemExit
        If a run after a kill fails.
    """
    draw, killed, met = random.Random(seed), dict[str, float](), set[str]()

    def struck(run: Repro, name: str, latest: float) -> bool:
        met.add(name)
        moment = draw.uniform(0, latest) * seconds[name]
        if run.undisturbed(moment):
            run.kill()
            killed[name] = moment
        return name in killed

    def go_on(*options: str) -> None:
        while True:
            run = Repro(folder, *options)
            if any(struck(run, name, LATEST) for name in run.stages() if name not in met):
                continue
            if run.succeeded():
                return
            if not mended(folder, "".join(run.said)):
                sys.exit(f"{folder}: dvc repro failed after a kill:\n{''.join(run.said[-20:])}")

    go_on()
    for name in [name for name in seconds if name not in killed]:
        latest = LATEST
        while name not in killed:
            latest /= 2
            run = Repro(folder, "--force", "--single-item", name)
            if any(struck(run, one, latest) for one in run.stages()):
                go_on("--no-run-cache")
            elif not run.succeeded():
                sys.exit(f"{folder}: {name} failed when it ran again:\n{''.join(run.said[-20:])}")
    return killed


def mended(folder: Path, said: str) -> bool:
    """Whether DVC says that a file of its own is cut, which is removed then."""
    for words, name in SPOILT.items():
        if words in said:
            (folder / name).unlink()
            print(f"removed {name}, which DVC was writing when it was killed", flush=True)
            return True
    return False


def kill(pid: int) -> None:
    """SIGKILL for a process and all that it started; they stand still first: none starts another, none tidies up."""
    family = [psutil.Process(pid)]
    for process in family:  # grows on the way
        with suppress(psutil.NoSuchProcess):  # it ended by itself
            process.suspend()
            family += process.children()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def hashes(folder: Path) -> dict[str, str]:
    """Of every file among the outputs, hidden ones too, and of dvc.lock."""
    files = [path for name in OUTPUTS for path in (folder / name).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): _hash(path) for path in sorted([*files, folder / "dvc.lock"])}


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Names that stand in one alone or with another hash."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(folder: str, share: str, seed: str = "17") -> None:
    whole, pieces = Path(folder) / "unbroken", Path(folder) / "killed"
    for path in (whole, pieces):
        if path.exists():
            raise InputError(f"FOLDER = {folder}: {path} is there already, expected a folder without it")
        scale.lay(path, scale.number(share))
    seconds = unbroken(whole)
    killed = broken(pieces, seconds, int(seed))
    for name, whole_time in seconds.items():
        print(f"{name:<32} killed after {killed[name]:5.1f} of {whole_time:5.1f} s")
    wrong = differing(hashes(whole), hashes(pieces))
    if wrong:
        sys.exit(f"not the same bytes: {', '.join(wrong)}")
    print(f"the same bytes in all {len(hashes(whole))} files")


if __name__ == "__main__":
    stages.run(main)
