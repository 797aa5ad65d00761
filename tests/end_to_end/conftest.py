import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from tests.datasets import replica
from tests.end_to_end.checkout import LOG, PAIR, TEST_START, Checkout, new
from twostage import datasets
from twostage.datasets import download, origins

# The first makes `base`, which most files wait for; the others, long ones too, need none of it meanwhile.
FIRST = ("test_what_reruns", "test_all_generators", "test_own_files")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, short ones last: of two workers neither waits at the end."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        if item.path.parent != here:
            return len(FIRST) + 1
        return FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """`make kion` on a replica of KION from a local server, two generators; copy it before you change it."""
    return _shared(tmp_path_factory, "base", _kion)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A good run on train.csv and test.csv alone, with an index column, without its costly reports; copy it."""
    return _shared(tmp_path_factory, "pair", _pair)


def _shared(factory: pytest.TempPathFactory, name: str, run: Callable[[Path], None]) -> Checkout:
    """The folder that `run` fills, once for all workers."""
    session = factory.getbasetemp()
    place = session.parent if "PYTEST_XDIST_WORKER" in os.environ else session
    folder, done = place / name, place / f"{name}.done"
    with FileLock(place / f"{name}.lock"):
        if not done.exists():
            run(folder)
            done.touch()
    return Checkout(folder)


def _kion(folder: Path) -> None:
    checkout, log = new(folder, generators=["popular", "als"]), folder.with_name("log")
    datasets.fetch(datasets.Data(source="simulated", simulated=LOG), 17, log)
    replica.publish(log)
    published = replica.zipped({f"data_original/{path.name}": path.read_bytes() for path in log.iterdir()})
    archive = folder.with_name("data_original.zip")
    archive.write_bytes(published)
    with replica.serving() as server:
        server.files[f"/git/{archive.name}"] = published
        # The checkout's own code names where the archive lies and what it must be: no hook leads there.
        checkout.replace(
            "src/twostage/datasets/origins.py",
            {origins.GIT: f"{server.url}/git", origins.BLOBS[archive.name]: download.git_blob(archive)},
        )
        checkout.replace("src/twostage/plots/canvas.py", {"DPI = 150": "DPI = 50"})  # drawn in half of the time
        # On all of KION no other choice is asked about, each costs a training; here one is, of fewer trees.
        few = {"iterations: 160": "iterations: 20", "check_every: 20": "check_every: 10"}
        few["negatives: []"] = "negatives: [4]"
        checkout.replace("settings/kion.yaml", few)
        outcome = checkout.make("kion")
    checkout.path("make.log").write_text(outcome.output)


def _pair(folder: Path) -> None:
    checkout = new(folder, data__source="files")
    fetched = folder.with_name("fetched")
    datasets.fetch(datasets.Data(source="simulated", simulated=LOG), 17, fetched)
    log = pd.read_csv(fetched / "interactions.csv")
    before = log["last_watch_dt"] < TEST_START
    for name, part in (("train", log[before]), ("test", log[~before])):
        part.reset_index(drop=True).to_csv(checkout.path(f"data/raw/files/{name}.csv"))
    checkout.in_one_process(*PAIR, how="commit")
