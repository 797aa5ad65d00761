"""Get the log of data.source as CSV files in data/raw/fetched."""

from pathlib import Path

import stages
from twostage import datasets
from twostage.base import params
from twostage.base.params import Seed
from twostage.datasets import Data


def main() -> None:
    datasets.fetch(params.load(Data), params.load(Seed).seed, Path("data/raw/fetched"))


if __name__ == "__main__":
    stages.run(main)
