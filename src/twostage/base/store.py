"""Writing files whole or not at all."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt
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


def write_npz(arrays: Mapping[str, npt.NDArray[Any]], path: Path) -> None:
    """As np.savez, whose headers (sizes beyond 4 GB foreseen) differ from Python 3.11.2 to 3.11.4."""
    with written(path) as temporary, ZipFile(temporary, "w") as archive:
        for name, values in arrays.items():
            content = BytesIO()
            np.lib.format.write_array(content, np.asanyarray(values), allow_pickle=False)
            archive.writestr(ZipInfo(f"{name}.npy"), content.getvalue())
