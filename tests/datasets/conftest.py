from collections.abc import Callable
from pathlib import Path

import pytest

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
