"""What a user can mend, in one line: what, its value, what would be valid."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)


class InputError(ValueError):
    """Bad parameter or bad data; the message is one line: what, its value, what would be valid."""


def mendable(error: Exception) -> str | None:
    """The line for an error that a user can mend; None for any other."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return f"no space left on the disk for {error.filename or 'an output'}; free some and run again"
    # DuckDB's class by name: stages without features don't load it.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException":
        return (
            "not enough memory; lower recommend.shard_users, ranker.max_rows, split.valid_users or split.daily_users, "
            "or raise memory, in params.yaml"
        )
    return None
