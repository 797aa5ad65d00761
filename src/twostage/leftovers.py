"""Outputs of folds and generators that are no longer listed: DVC leaves them behind."""

import shutil
from pathlib import Path

PART = ".part"  # ending of what a stage that was killed left half written; other hidden files are git's


def sweep(kept: dict[Path, set[str]]) -> list[Path]:
    """Remove what stages of other names, or that were killed, left in these folders; gives what was removed."""
    stale = [
        path
        for folder, names in kept.items()
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if (path.name.endswith(PART) if path.name.startswith(".") else path.stem not in names)
    ]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
