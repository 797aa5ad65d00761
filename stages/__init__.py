"""Stage entry points. Run from the repository root: ``python -m stages.NAME``."""

import sys
from collections.abc import Callable
from pathlib import Path

# The code beside this checkout, never an installed copy: `dvc exp run --temp`
# runs in a copy of the repository and must import the copy's own src/.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from twostage.base import errors  # before numpy, whose arithmetic it settles


def run(main: Callable[..., None]) -> None:
    """Call a stage with the words of its command line; what a user can mend ends in one line, exit code 1."""
    errors.run(main, sys.argv[1:])
