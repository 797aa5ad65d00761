"""What of a log's files isn't read."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from twostage.datasets import raw, table


def ignored(folder: Path, columns: Mapping[str, str]) -> Iterator[str]:
    """A line for each file with columns that aren't read: which, and which could be. Arguments as of `raw.read`."""
    theirs = raw.foreign_names(columns)
    files = [(path, "interactions") for path in raw.log_files(folder)]
    files += [(path, kind) for kind in ("users", "items") if (path := folder / f"{kind}.csv").exists()]
    for path, kind in files:
        used = raw.named(path, kind, theirs)
        if others := [name for name in table.header(path) if name and name not in used.values()]:
            could = [name for name in raw.OPTIONAL[kind] if name not in used]
            more = f"; it could have {', '.join(could)} (data.columns renames)" if could else ""
            yield f"{path.name}: read {', '.join(used)}; not read {', '.join(others)}{more}"
