import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from bench import pipeline, scale, stages
from twostage import settings
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import write_text

COSTS = pd.DataFrame(
    {
        "share": [0.25, 0.25, 0.25, 1.0, 1.0],
        "stage": ["fit", "rank", "pandas", "fit", "rank"],
        "seconds": [1.0, 2.0, 9.0, 4.0, 32.0],
        "busy": [1.0, 4.0, 9.0, 4.0, 60.0],
        "peak_mb": [100.0, 200.0, 900.0, 150.0, 400.0],
        "written_mb": [1.0, 2.0, 0.0, 4.0, 8.0],
        "rows": [1000, 1000, 1000, 4000, 4000],
        "limit": ["disk", "trees", None, None, "trees"],
        "least": [0.1, 1.0, None, None, 20.0],
    }
)


def test_the_total_adds_stages_without_the_baseline():
    total = pipeline.with_total(COSTS).tail(2)
    assert total["stage"].tolist() == ["all stages"] * 2
    assert total["seconds"].tolist() == [3.0, 36.0]
    assert total["peak_mb"].tolist() == [200.0, 400.0]
    assert total["written_mb"].tolist() == [3.0, 12.0]


def test_exponents_are_slopes_of_logarithms_and_need_two_sizes():
    # fit: four times the seconds for four times the rows; rank: sixteen times.
    found = pipeline.exponents(COSTS)
    assert found == pytest.approx({"fit": 1, "rank": 2})


def test_table_and_picture(tmp_path):
    table = pipeline.with_total(COSTS)
    rows = pipeline.markdown(table).splitlines()
    assert rows[0].startswith("| stage | 1,000 rows | 4,000 rows | power | rows/s |")
    assert "| rank | 2.0 | 32.0 | 2.00 | 125 | 400 | 8 | trees 20.00 s | 1.6 |" in rows
    assert "| fit | 1.0 | 4.0 | 1.00 | 1,000 | 150 | 4 |  |  |" in rows
    small = pd.concat([table, COSTS.iloc[[0]].assign(stage="small", seconds=8.0, peak_mb=300.0)])
    assert "| small | 8.0 | - |  | 125 | 300 | 1 | disk 0.10 s | 80.0 |" in pipeline.markdown(small).splitlines()
    pipeline.draw(table, tmp_path / "pipeline.png")
    assert (tmp_path / "pipeline.png").stat().st_size > 1000


def test_a_measured_share_is_not_run_again(tmp_path, capsys):
    for share, costs in COSTS.groupby("share"):
        (tmp_path / f"{share:g}").mkdir()
        costs.to_csv(tmp_path / f"{share:g}" / "costs.csv", index=False)
    pipeline.main(str(tmp_path), "0.25", "1")
    assert capsys.readouterr().out == (tmp_path / "pipeline.md").read_text()
    assert (tmp_path / "pipeline.csv").exists()


def test_written_megabytes_of_the_outputs(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "new").write_bytes(b"x" * 2_000_000)
    (tmp_path / "elsewhere").write_bytes(b"x" * 2_000_000)
    assert pipeline.written(tmp_path, 0) == 2.0
    assert pipeline.written(tmp_path, 2**40) == 0


def test_a_laid_folder_has_the_share_of_the_users_and_its_own_order_of_stages(tmp_path):
    scale.lay(tmp_path / "small", 0.01)
    values = (tmp_path / "small" / "params.yaml").read_text()
    # 1 % of 962179 and 5697000, 10 % of 15706
    assert "{users: 9622, items: 1571, views: 56970, newcomers: 0.3, stay: 2.0}" in values
    assert "source: simulated" in values
    assert not (tmp_path / "small" / "dvc.lock").exists()
    found = stages.commands(tmp_path / "small")
    assert list(found)[:4] == ["check_parameters", "check_data", "fetch", "prepare"]
    assert found["prepare"] == [sys.executable, "-m", "stages.prepare"]


def test_a_folder_is_laid_again_even_after_half_a_time_and_its_outputs_stay(tmp_path):
    folder = tmp_path / "small"
    scale.lay(folder, 0.01)
    (folder / "params.yaml").unlink()
    (folder / "data/kept.parquet").touch()
    (folder / "src/twostage/gone.py").touch()
    scale.lay(folder, 0.02)
    assert "users: 19244" in (folder / "params.yaml").read_text()
    assert (folder / "data/kept.parquet").exists()
    assert not (folder / "src/twostage/gone.py").exists()


def test_a_laid_folder_needs_no_file_that_was_removed_and_no_folder_of_the_user(tmp_path, monkeypatch):
    checkout = tmp_path / "checkout"
    shutil.copytree("settings", checkout / "settings")
    shutil.copy("params.yaml", checkout / "params.yaml")
    settings.apply(given(tmp_path, {"data.source": "files", "data.path": "/mine"}), checkout / "params.yaml")
    (checkout / "removed.md").touch()
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    (checkout / "removed.md").unlink()
    monkeypatch.chdir(checkout)
    scale.lay(tmp_path / "small", 0.01)
    assert params.document(tmp_path / "small/params.yaml")["data"]["path"] == "data/raw/files"


def given(folder, values):
    (folder / "given.yaml").write_text(yaml.safe_dump(values))
    return folder / "given.yaml"


@pytest.mark.parametrize(
    ("folder", "found"), [(".", "this checkout"), ("..", "this checkout"), ("../mine", "other files"), ("a", "a file")]
)
def test_a_folder_with_files_of_others_is_refused_and_left_alone(folder, found, tmp_path, monkeypatch):
    checkout, mine = tmp_path / "checkout", tmp_path / "mine"
    shutil.copytree("settings", checkout / "settings")
    (checkout / "a").touch()
    write_text(scale.CACHE, checkout / scale.CACHE_FILE)  # even where it was laid itself
    shutil.copytree(checkout, mine)
    write_text("[core]\n", mine / scale.CACHE_FILE)
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(checkout)
    with pytest.raises(InputError, match=f"FOLDER = '{folder}': {found}.* there; expected a new or empty folder, or"):
        scale.lay(Path(folder), 0.01)
    assert sorted(tmp_path.rglob("*")) == before


def test_outside_a_clone_nothing_is_laid(tmp_path, monkeypatch):
    shutil.copytree(scale.SETTINGS.parent, tmp_path / scale.SETTINGS.parent)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"not a git repository.*; expected a clone of the repository"):
        scale.lay(tmp_path / "small", 0.01)


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_out_of_range(share):
    with pytest.raises(InputError, match="expected a number over 0 and at most 1"):
        scale.sizes(share)


def test_costs_of_a_process():
    cost = stages.measure([sys.executable, "-c", "import time; a = bytearray(200_000_000); time.sleep(1)"])
    assert cost.peak > 190
    assert cost.seconds > 0


def test_memory_of_a_child_counts():
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; a = bytearray(200_000_000); "
    child += "time.sleep(1)'], check=True); b = bytearray(9)"
    assert stages.measure([sys.executable, "-c", child]).peak > 195


def test_a_failing_process_says_what_it_said():
    with pytest.raises(SystemExit, match="no such thing"):
        stages.measure([sys.executable, "-c", "import sys; sys.exit('no such thing')"])


def test_every_measurement_is_found_from_the_root_of_a_checkout():
    root = Path(__file__).resolve().parents[2]
    names = [f"bench.{path.stem}" for path in (root / "bench").glob("[a-z]*.py")]
    assert len(names) > 5
    code = "import importlib; [importlib.import_module(name) for name in " + repr(names) + "]"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
