"""Stage entry points. Run from the repository root: ``python -m stages.NAME``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# The code beside this checkout, never an installed copy: `dvc exp run --temp`
# runs in a copy of the repository and must import the copy's own src/.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))


def log_tables(folder: Path = Path("data/log")) -> tuple["pd.DataFrame", "pd.DataFrame", "pd.DataFrame"]:
    """The prepared interactions, users and items of a run."""
    import pandas as pd

    log, users, items = (pd.read_parquet(folder / f"{name}.parquet") for name in ("interactions", "users", "items"))
    return log, users, items


def run(main: Callable[..., None]) -> None:
    """Call a stage with the words of its command line; what a user can mend ends in one line, exit code 1."""
    from twostage.base.errors import mendable

    try:
        main(*sys.argv[1:])
    except Exception as error:
        line = mendable(error)
        if line is None:
            raise
        sys.exit(f"error: {line}")
