"""CSV files to tables with codes for ids: interactions, users and items in data/log."""

from pathlib import Path

import stages
from twostage import datasets, tables
from twostage.base import params
from twostage.datasets import Data, raw
from twostage.prepare import encode


def main() -> None:
    data = params.load(Data)
    found = encode(raw.read(datasets.folder(data, Path("data/raw/fetched")), data.columns))
    print(
        f"{len(found.interactions)} rows of {len(found.users)} users and {len(found.items)} items; "
        f"{found.duplicates} rows behind an earlier one of the same user and item were left out"
    )
    for name in ("interactions", "users", "items"):
        tables.write(getattr(found, name), Path(f"data/log/{name}.parquet"))


if __name__ == "__main__":
    stages.run(main)
