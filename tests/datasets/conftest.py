from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.datasets.kion_web import PUBLISHED, publish
from tests.datasets.replica import Server, serving
from twostage.datasets import origins, transfer

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write NAME.csv for each name, from text or bytes, and return the folder."""

    def write_files(**contents: str | bytes) -> Path:
        for name, content in contents.items():
            raw = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{name}.csv").write_bytes(raw)
        return tmp_path

    return write_files


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "twostage"


@pytest.fixture
def web(server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """KION's repository is served, Drive knows no file, the user's folder isn't there."""
    monkeypatch.setattr(origins, "GIT", f"{server.url}/git")
    monkeypatch.setattr(origins, "DRIVE", server.url)
    monkeypatch.setattr(origins, "OWN", tmp_path / "own")
    monkeypatch.setattr(transfer, "TIMEOUT", 0.3)
    publish(server, tmp_path, monkeypatch, PUBLISHED)
    return server
