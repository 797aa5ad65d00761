"""What `make kion` does, from the user's own copy of the archive, without a network, up to the folds."""

import subprocess
import sys
import zipfile

import pandas as pd

from tests.end_to_end.checkout import new
from twostage import datasets

LOG = {"users": 300, "items": 80, "views": 2400, "first_day": "2021-03-13", "days": 163}


def test_settings_then_repro(tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
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
    datasets.fetch(datasets.Data(source="simulated", simulated=LOG), 17, tmp_path / "log")
    checkout.path("data/raw/kion").mkdir()
    with zipfile.ZipFile(checkout.path("data/raw/kion/data_original.zip"), "w") as archive:
        for path in (tmp_path / "log").iterdir():
            archive.write(path, f"data_original/{path.name}")
    assert checkout.repro("split").ran == ["fetch", "prepare", "split"]
    assert len(pd.read_parquet(checkout.path("data/interactions.parquet"))) > 1000
    assert {path.name for path in checkout.path("data/folds").iterdir()} == {"valid_1", "test", "final"}
    # Days since 1970-01-01 of 2021-08-06, 2021-08-13 and the day after 2021-08-22.
    starts = [checkout.json(f"data/folds/{name}/fold.json")["start"] for name in ("valid_1", "test", "final")]
    assert starts == [18845, 18852, 18862]
    assert checkout.repro("split").ran == []
