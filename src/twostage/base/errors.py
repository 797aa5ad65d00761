"""What a user can mend, in one line: what, its value, what would be valid."""

import errno
import os
import re

FULL = (errno.ENOSPC, errno.EDQUOT)
SAID = (os.strerror(errno.ENOSPC), "failed to offload data block")


class InputError(ValueError):
    """Bad parameter or bad data; the message is one line: what, its value, what would be valid."""


def mendable(error: Exception) -> str | None:
    """The line for an error that a user can mend; None for any other."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return _full(error.filename)
    # CatBoost and DuckDB say it in errors of their own, most with the file in quotes.
    if any(words in str(error) for words in SAID):
        named = re.search('"([^"]+)"', str(error))
        return _full(named and named[1])
    # DuckDB's class by name: stages without features don't load it.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return (
            "not enough memory; lower recommend.shard_users, ranker.max_rows, split.valid_users or split.daily_users, "
            "or raise memory, in params.yaml"
        )
    return None


def _full(file: str | None) -> str:
    return f"no space left on the disk for {file or 'an output'}; free some and run again"
