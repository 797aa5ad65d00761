"""One file over HTTP into a path that keeps what came, so that a broken transfer goes on where it ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tqdm import tqdm

from twostage.base.errors import FULL

CHUNK = 1 << 20  # bytes
MOST = 1 << 31  # bytes of one file
TIMEOUT = 10.0  # seconds of silence
PERIOD, SLOWEST = 60.0, 1000  # seconds, in which so many bytes a second come at least
LITTLE, TRIES = 1 << 16, 3  # connections in a row that may break after fewer bytes than this, each but the last
COMPLETE = 416  # RFC 9110, 15.5.17: the range begins where the file ends, or beyond it


class UnavailableError(Exception):
    """An origin can't be reached or gives something else than expected; the message is one line."""


def receive(url: str, path: Path) -> None:
    """Append to `path` what it lacks. TIMEOUT of silence, or a PERIOD of drops, breaks a connection.

    A connection that broke after it gave something is opened again, with a Range (RFC 9110, 14.2); after TRIES in a row
    that gave LITTLE no more. A server that knows no ranges sends the file from its start, and it is written from there.

    Raises
    ------
    UnavailableError
        If the file can't be had whole; what came of it stays in `path`, unless it is too large.
    """
    tries = TRIES
    while True:
        before = _size(path)
        try:
            return _once(url, path)
        except UnavailableError:
            came = _size(path) - before
            tries = TRIES if came >= LITTLE else tries - 1
            if came <= 0 or not tries:
                raise


def _once(url: str, path: Path) -> None:
    have = _size(path)
    with _told(url), _opened(url, have) as reply:
        if reply is None:
            return
        if have and not _resumes(reply, have):
            if reply.headers.get_content_type() == "text/html":  # a network's own page: what came before stays
                raise UnavailableError(f"{url}: a web page (HTML) in place of the rest of the file")
            have = 0
        total = _total(reply.headers, have)
        if (total or 0) > MOST:
            raise UnavailableError(f"{url}: {total} bytes, expected at most {MOST}")
        with (
            path.open("ab" if have else "wb") as file,
            tqdm(
                total=total, initial=have, unit="B", unit_scale=True, desc=path.name.strip(".").removesuffix(".part")
            ) as progress,
        ):
            since, came = time.monotonic(), 0
            while chunk := reply.read1(CHUNK):  # what came before a silence is written
                file.write(chunk)
                progress.update(len(chunk))
                came += len(chunk)
                if (now := time.monotonic()) - since > PERIOD:
                    if came < PERIOD * SLOWEST:
                        raise UnavailableError(f"{url}: {came} bytes in {PERIOD:g} s, expected {SLOWEST} a second")
                    since, came = now, 0
                if file.tell() > MOST:
                    file.truncate(0)
                    raise UnavailableError(f"{url}: over {MOST} bytes, expected at most so many")
    if total is not None and _size(path) != total:
        raise UnavailableError(f"{url}: the connection ended after {_size(path)} of {total} bytes")


@contextmanager
def _opened(url: str, have: int) -> Iterator[Any]:
    """The reply, from byte `have` on if the server knows ranges; None where the file ends there."""
    try:
        reply = urlopen(Request(url, headers={"Range": f"bytes={have}-"} if have else {}), timeout=TIMEOUT)
    except HTTPError as error:
        if not have or error.code != COMPLETE:
            raise
        if error.headers.get("Content-Range") == f"bytes */{have}":
            yield None
            return
        reply = urlopen(Request(url), timeout=TIMEOUT)  # what lies there is longer than the file
    with reply:
        yield reply


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise  # no other origin would help
        raise UnavailableError(f"{url}: {' '.join(str(error).split()) or type(error).__name__}") from None


def _resumes(reply: Any, have: int) -> bool:
    return reply.status == 206 and str(reply.headers.get("Content-Range")).startswith(f"bytes {have}-")


def _total(headers: HTTPMessage, have: int) -> int | None:
    """Size of the whole file as the server says it."""
    length = headers.get("Content-Length")
    return have + int(length) if length and length.isdigit() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
