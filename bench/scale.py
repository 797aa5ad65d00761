"""A folder with the project at a share of KION's size: python -m bench.scale FOLDER [SHARE].

Holds the tracked files of this checkout, with the parameters of settings/kion.yaml but for the log, which is that of
settings/kion-scale.yaml, and a cache of its own that shares its files with the outputs. Laid again, parameters and code
are renewed and outputs stay.
"""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

import stages
from twostage import settings
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import write_text

KION, SETTINGS = Path("settings/kion.yaml"), Path("settings/kion-scale.yaml")
# What a run writes, although git holds it.
OUTPUTS = ("dvc.lock", "metrics/", "plots/")
CODE = ("src", "stages")
# Links, not copies: outputs are gigabytes. By this file a folder is known that was laid before.
CACHE, CACHE_FILE = "[cache]\n    type = hardlink,symlink,copy\n", Path(".dvc/config.local")


def number(word: str) -> float:
    """Raises InputError if the word is no number."""
    try:
        return float(word)
    except ValueError:
        raise InputError(f"SHARE = {word!r}, expected a number over 0 and at most 1") from None


def sizes(share: float) -> dict[str, float]:
    """Users and views by the share, items by its root: a new item is rarer the more users there are (Heaps' law).

    The rest of the section stays as it is.

    Raises
    ------
    InputError
        If the share isn't over 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise InputError(f"SHARE = {share}, expected a number over 0 and at most 1")
    full: dict[str, float] = params.document(SETTINGS)["data.simulated"]
    factors = {"users": share, "views": share, "items": share**0.5}
    return full | {name: round(full[name] * factor) for name, factor in factors.items()}


def check(folder: Path) -> None:
    """That nobody's files are overwritten there.

    Raises
    ------
    InputError
        If the folder holds this checkout, or files that weren't laid.
    """
    known, found = folder / CACHE_FILE, None
    if Path.cwd().is_relative_to(folder.resolve()):
        found = "this checkout is there"
    elif folder.is_file():
        found = "a file is there"
    elif folder.is_dir() and any(folder.iterdir()) and not (known.is_file() and known.read_text() == CACHE):
        found = "other files are there"
    if found:
        raise InputError(f"FOLDER = {str(folder)!r}: {found}; expected a new or empty folder, or one laid before")


def lay(folder: Path, share: float) -> None:
    wanted = sizes(share)
    check(folder)
    write_text(CACHE, folder / CACHE_FILE)
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise InputError(f"{Path.cwd()}: {listed.stderr.strip()}; expected a clone of the repository")
    for code in CODE:  # what isn't there any more would still be imported
        shutil.rmtree(folder / code, ignore_errors=True)
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith(OUTPUTS) and Path(name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, folder / name)
    for given in (KION, SETTINGS):
        settings.apply(given, folder / params.FILE)
    with TemporaryDirectory() as temporary:
        own = Path(temporary) / "sizes.yaml"
        own.write_text(yaml.safe_dump({"data.simulated": wanted}, sort_keys=False))
        settings.apply(own, folder / params.FILE)
    # DVC needs a repository of its own here.
    subprocess.run(["git", "init", "-q", str(folder)], check=True)


def main(folder: str, share: str = "1") -> None:
    lay(Path(folder), number(share))


if __name__ == "__main__":
    stages.run(main)
