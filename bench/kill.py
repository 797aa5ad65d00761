"""A run that is killed in every stage against an unbroken one: python -m bench.kill FOLDER SHARE [SEED].

Lays the project at a share of KION's size (see `bench.scale`) into FOLDER/unbroken and FOLDER/killed. In the second,
`dvc repro` and what it started are ended by SIGKILL once in every stage, at a random part, up to nine tenths, of the
time that the stage took in the first, and `dvc repro` is called again. Nothing is done in between, except where the
kill met DVC in writing a file of its own: that one is removed, as docs/PIPELINE.md says. Prints a line a stage, and at
the end whether every output has the same bytes; ends with exit code 1 if one hasn't, if a file more or less is there,
or if a run fails.
"""

import hashlib
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil

import stages
from bench import scale
from twostage.base.errors import InputError

STAGE = re.compile(r"Running stage '(.+)':")
LATEST = 0.9  # share of a stage's time by which it is killed; one that is over by then is told
OUTPUTS = ("data", "metrics", "plots")
# What DVC writes in place, and so may leave half written, by what it says then.
SPOILT = {"'./dvc.lock' ": "dvc.lock", "rwlock'. JSON structure": ".dvc/tmp/rwlock"}


def unbroken(folder: Path) -> dict[str, float]:
    """Seconds of each stage of a run, in its order."""
    starts: dict[str, float] = {}
    with _repro(folder) as process:
        lines = _lines(process, starts)
    if process.returncode:
        sys.exit(f"{folder}: the unbroken run failed:\n{''.join(lines[-20:])}")
    stops = [*list(starts.values())[1:], time.perf_counter()]
    return {name: stop - start for (name, start), stop in zip(starts.items(), stops, strict=True)}


def broken(folder: Path, seconds: dict[str, float], seed: int) -> dict[str, float]:
    """Kill each stage once and go on; gives when each was killed, seconds from its start.

    Raises
    ------
    SystemExit
        If a run after a kill fails.
    """
    draw, killed = random.Random(seed), dict[str, float]()
    while True:
        said = []
        with _repro(folder) as process:
            for line in process.stdout or ():
                said.append(line)
                found = STAGE.match(line)
                if found and found[1] not in killed:
                    killed[found[1]] = draw.uniform(0, LATEST) * seconds[found[1]]
                    time.sleep(killed[found[1]])
                    kill(process.pid)
                    break
            else:
                process.wait()
                if not process.returncode:
                    return killed
                if not mended(folder, "".join(said)):
                    sys.exit(f"{folder}: dvc repro failed after a kill:\n{''.join(said[-20:])}")


def mended(folder: Path, said: str) -> bool:
    """Whether DVC says that a file of its own is cut, which is removed then."""
    for words, name in SPOILT.items():
        if words in said:
            (folder / name).unlink()
            print(f"removed {name}, which DVC was writing when it was killed", flush=True)
            return True
    return False


def kill(pid: int) -> None:
    """SIGKILL for a process and all that it started, the parent first, so that it can't tidy up."""
    parent = psutil.Process(pid)
    for process in (parent, *parent.children(recursive=True)):
        try:
            process.kill()
        except psutil.NoSuchProcess:  # it ended by itself
            continue


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


def _repro(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(["dvc", "repro"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _lines(process: subprocess.Popen[str], starts: dict[str, float]) -> list[str]:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if found := STAGE.match(line):
            starts[found[1]] = time.perf_counter()
    return lines


def main(folder: str, share: str, seed: str = "17") -> None:
    whole, pieces = Path(folder) / "unbroken", Path(folder) / "killed"
    for path in (whole, pieces):
        if path.exists():
            raise InputError(f"FOLDER = {folder}: {path} is there already, expected a folder without it")
        scale.lay(path, scale.number(share))
    seconds = unbroken(whole)
    killed = broken(pieces, seconds, int(seed))
    for name, whole_time in seconds.items():
        end = f"killed after {killed[name]:5.1f} of {whole_time:5.1f} s" if name in killed else "ended before its kill"
        print(f"{name:<32} {end}")
    print(f"{len(killed)} of {len(seconds)} stages were killed once")
    wrong = differing(hashes(whole), hashes(pieces))
    if wrong:
        sys.exit(f"not the same bytes: {', '.join(wrong)}")
    print(f"the same bytes in all {len(hashes(whole))} files")


if __name__ == "__main__":
    stages.run(main)
