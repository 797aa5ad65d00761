"""What a user can mend, in one line: what, its value, what would be valid."""

import errno
import inspect
import os
import re
import sys
from collections.abc import Callable, Sequence

FULL = (errno.ENOSPC, errno.EDQUOT)
# Exit codes, as a shell tells of a program that was interrupted, or that nobody read any more.
INTERRUPTED, UNREAD = 130, 141
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR)
BOUNDS = "recommend.shard_users, split.valid_users or split.daily_users"
SAID = (os.strerror(errno.ENOSPC), "failed to offload data block")
NO_NUMBERS = "what is learned are no numbers any more"
NO_MEMORY = "can't allocate memory"  # of torch, in a RuntimeError


class InputError(ValueError):
    """Bad parameter or bad data; the message is one line: what, its value, what would be valid."""


def run(main: Callable[..., None], words: Sequence[str]) -> None:
    """Call `main` with the words of a command line; what a user can mend ends in one line, exit code 1."""
    try:
        inspect.signature(main).bind(*words)
    except TypeError:
        sys.exit(f"error: expected {_usage(main)}, found {' '.join(words) or 'nothing'}")
    try:
        main(*words)
    except KeyboardInterrupt:
        print("interrupted; what was finished stays", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _hang_up()
        sys.exit(UNREAD)
    except Exception as error:
        line = mendable(error)
        if line is None:
            raise
        sys.exit(f"error: {line}")
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # all is done; only the last words weren't read
        _hang_up()


def _hang_up() -> None:
    """Whoever read standard output has enough, as head has: Python must not write the rest at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(main: Callable[..., None]) -> str:
    """FOLDER [SHARE]: the parameters in capitals, those that may be left out in brackets."""
    wanted = inspect.signature(main).parameters.values()
    return " ".join(p.name.upper() if p.default is p.empty else f"[{p.name.upper()}]" for p in wanted) or "nothing"


def mendable(error: Exception) -> str | None:
    """The line for an error that a user can mend; None for any other."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return _full(error.filename)
    if isinstance(error, OSError) and error.errno in REFUSED and error.filename:
        said = os.strerror(error.errno).lower()
        return f"{error.filename}: {said}; expected a file, or a folder to write into, that is yours to use"
    # CatBoost and DuckDB say it in errors of their own, most with the file in quotes.
    if any(words in str(error) for words in SAID):
        named = re.search('"([^"]+)"', str(error))
        return _full(named and named[1])
    if isinstance(error, MemoryError) or NO_MEMORY in str(error):
        return f"the system has not enough memory; lower memory, threads or {BOUNDS}, in params.yaml"
    # DuckDB's class by name: stages without features don't load it.
    if type(error).__name__ == "OutOfMemoryException":
        return f"not enough memory for DuckDB; raise memory, or lower {BOUNDS}, in params.yaml"
    return None


def _full(file: str | None) -> str:
    return f"no space left on the disk for {file or 'an output'}; free some and run again"
