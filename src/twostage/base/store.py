"""Writing files whole or not at all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`, renamed to it when the block ends well and removed when it doesn't."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        error.filename = error.filename or str(path)  # a disk that is full while bytes are written names no file
        raise
    finally:
        temporary.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_csv(table: pd.DataFrame, path: Path, missing: str = "") -> None:
    with written(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", na_rep=missing)


def write_text(text: str, path: Path) -> None:
    with written(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(value: Any, path: Path) -> None:
    """Sorted keys and finite numbers only: DVC shows NaN as changed for ever."""
    write_text(json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n", path)
