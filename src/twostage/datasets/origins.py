"""Where KION's files come from: `into` gets interactions.csv, or train.csv and test.csv, and attributes if any."""

import shutil
from pathlib import Path

from twostage.datasets import archive, download, drive
from twostage.datasets.transfer import UnavailableError

GIT = "https://github.com/irsafilo/KION_DATASET/raw/f69775be31fa5779907cf0a92ddedb70037fb5ae"
# The names of these files' contents in that commit; `git ls-tree` lists them.
BLOBS = {
    "data_original.zip": "a9cc66b9a24efed690472577b7fece61877520c4",
    "data_en.zip": "e17ce7994b5e5cc12d3bae5c56eff1eb7bb01d5c",
    "interactions.csv.zip": "925510d44081d6f8fb8255eb814e6c2ac27c4415",
}
DRIVE = "https://drive.google.com"
PAIR = {"train.csv": "1-CcS22-UpTJeNcFlA0dVLrEQn8jnI0d-", "test.csv": "11iz3xDh0IIoEIBY0dyRSvByY3qfiT3BG"}
OWN = Path("data/raw/kion")

LOG = {"interactions.csv": "interactions.csv"}
ATTRIBUTES = {
    "original": {"users.csv": "users.csv", "items.csv": "items.csv"},
    "en": {"users_en.csv": "users.csv", "items_en.csv": "items.csv"},
}
# The English items have no column `directors` and none `actors`, but these.
TRANSLATED = {b"directors_translated": b"directors", b"actors_translated": b"actors"}


def from_git(language: str, into: Path) -> None:
    """The published archive, from the cache if an earlier run left it there, held to its name in git."""
    archive.extract(_published(f"data_{language}.zip"), LOG | ATTRIBUTES[language], into)
    if not (into / "interactions.csv").exists():
        archive.extract(_published("interactions.csv.zip"), LOG, into)
    _rename(into / "items.csv")


def from_drive(language: str, into: Path) -> None:
    """The exercise's pair of files, without attributes. It has no published hash: what can be read is taken."""
    for name, identity in PAIR.items():
        drive.receive_file(DRIVE, identity, into / name)


def from_own(language: str, into: Path) -> None:
    """What the user put into `OWN`: CSV files by their published names, then archives for what they lack."""
    names = LOG | dict(zip(PAIR, PAIR, strict=True)) | ATTRIBUTES[language]
    zips = [path for name in (f"data_{language}.zip", "interactions.csv.zip") if (path := OWN / name).is_file()]
    found = {name: target for name, target in names.items() if (OWN / name).is_file()}
    if not zips and not found:
        raise UnavailableError(f"no files there, expected data_{language}.zip, or some of {', '.join(names)}")
    for name, target in found.items():
        shutil.copyfile(OWN / name, into / target)
    for path in zips:
        archive.extract(path, {name: target for name, target in names.items() if not (into / target).exists()}, into)
    _rename(into / "items.csv")


def _published(name: str) -> Path:
    blob = BLOBS[name]
    return download.cached(name, blob, download.git_blob) or download.from_url(f"{GIT}/{name}", blob, download.git_blob)


def _rename(items: Path) -> None:
    if items.exists():
        head, end, rows = items.read_bytes().partition(b"\n")
        names = [TRANSLATED.get(name, name) for name in head.rstrip(b"\r").split(b",")]
        items.write_bytes(b",".join(names) + end + rows)
