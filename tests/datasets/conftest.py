from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.datasets.replica import Server, serving

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
