"""`make kion` and `make kion-scale` to the end, and KION from the user's own copy of the archive, up to the folds."""

import subprocess
import sys
import zipfile

import pandas as pd
import pytest

from tests.end_to_end.checkout import LOG, ONE_PROCESS, new
from twostage import datasets
from twostage.datasets import raw

LONG = LOG | {"first_day": "2021-03-13", "days": 163}


@pytest.fixture(scope="module")
def copy(base, tmp_path_factory):
    return base.copy(tmp_path_factory.mktemp("kion") / "copy")


def test_make_kion_downloads_the_archive_and_serves_every_user(base):
    said = base.path("make.log").read_text()
    assert "data.source: simulated -> kion" in said
    assert "KION from GitHub: interactions.csv, users.csv, items.csv" in said
    assert "Lists for every user:  data/recommendations.parquet" in said
    fetched, published = base.path("data/raw/fetched"), base.folder.with_name("log")
    assert {path.name: path.read_bytes() for path in fetched.iterdir()} == {
        path.name: path.read_bytes() for path in published.iterdir()
    }
    lists = pd.read_parquet(base.path("data/recommendations.parquet"))
    assert set(lists["user_id"]) == set(raw.read(fetched, {}).interactions["user_id"])
    assert base.json("metrics/audit.json")["passed"] is True


def test_another_choice_is_judged_beside_the_one_in_use(base):
    choices = base.json("metrics/ranker.json")["choices"]
    assert list(choices["others"]) == ["negatives: 4"]
    for protocol, said in choices["others"]["negatives: 4"].items():
        assert said["gain"] == pytest.approx(said["ndcg"] - choices["in_use"][protocol]["ndcg"])


def test_a_second_make_kion_runs_nothing(copy):
    again = copy.make("kion")
    assert again.ran == []
    assert "params.yaml has the values of settings/kion.yaml" in again.output


def test_make_kion_scale_works_in_a_folder_of_its_own(copy):
    copy.set(generators=["popular"])
    before, settings = copy.hashes(), copy.path("params.yaml").read_bytes()
    lock = copy.path("dvc.lock").read_bytes()
    folder = copy.folder.with_name("scale")
    # In place of a second whole run by DVC: what the lists of tomorrow need, in one process.
    dvc = copy.path(".venv/bin/dvc")
    dvc.parent.mkdir(parents=True)
    dvc.write_text(f'#!/bin/sh\n[ "$*" = repro ] && exec "{sys.executable}" "{ONE_PROCESS}" run recommend\n')
    dvc.chmod(0o755)
    outcome = copy.make("kion-scale", "SHARE=0.0005", f"FOLDER={folder}")
    assert outcome.output.splitlines()[-1] == f"recommendations: {folder}/data/recommendations.parquet"
    lists = pd.read_parquet(folder / "data/recommendations.parquet")
    assert lists["user_id"].nunique() == 481  # 962,179 users by the share
    assert (copy.hashes(), copy.path("params.yaml").read_bytes()) == (before, settings)
    assert copy.path("dvc.lock").read_bytes() == lock


def test_settings_then_repro(tmp_path):
    checkout = new(tmp_path / "checkout", split__test_days=5)
    applied = subprocess.run(
        [sys.executable, "-m", "stages.apply", "settings/kion.yaml"],
        cwd=checkout.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "data.source: simulated -> kion" in applied.stdout
    refused = checkout.dvc("repro", "split")
    assert refused.ran == ["check_parameters", "check_data", "fetch"]
    [error] = refused.errors
    assert "GitHub: https://github.com" in error
    assert "folder data/raw/kion: no files there, expected data_original.zip" in error
    datasets.fetch(datasets.Data(source="simulated", simulated=LONG), 17, tmp_path / "log")
    checkout.path("data/raw/kion").mkdir()
    with zipfile.ZipFile(checkout.path("data/raw/kion/data_original.zip"), "w") as archive:
        for path in (tmp_path / "log").iterdir():
            archive.write(path, f"data_original/{path.name}")
    assert checkout.repro("split").ran == ["fetch", "prepare", "split"]
    assert len(pd.read_parquet(checkout.path("data/log/interactions.parquet"))) > 1000
    # Days since 1970-01-01 of 2021-08-06, 2021-08-13 and the day after 2021-08-22.
    assert checkout.json("data/folds/starts.json") == {"valid_1": 18845, "test": 18852, "final": 18862}
