"""Outputs of folds and generators that are no longer listed: DVC leaves them behind."""

import shutil
from pathlib import Path


def sweep(kept: dict[Path, set[str]]) -> list[Path]:
    """Remove what stages of names that are no longer listed left in these folders; gives what was removed."""
    stale = [
        path
        for folder, names in kept.items()
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.stem not in names and not path.name.startswith(".")  # git's own files aren't outputs
    ]
    for path in stale:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return stale
