"""CSV files to tables with codes for ids: interactions, users and items in data/log."""

from pathlib import Path

import stages
from twostage import datasets
from twostage.base import params
from twostage.datasets import Data
from twostage.prepare import encode, notes


def main() -> None:
    data = params.load(Data)
    fetched = Path("data/raw/fetched")
    given = datasets.read(data, fetched)
    found = encode(given)
    earlier = len(given.interactions) - len(found.interactions)
    print(
        f"{len(found.interactions)} rows of {len(found.users)} users and {len(found.items)} items; "
        f"{earlier} rows behind an earlier one of the same user and item were left out"
    )
    for line in (*datasets.unread(data, fetched), *notes(given, found)):
        print(line)
    found.write(Path("data/log"))


if __name__ == "__main__":
    stages.run(main)
