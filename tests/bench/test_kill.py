import subprocess
import sys

import psutil
import pytest

from bench import kill


def test_files_that_are_missing_more_or_different_are_told():
    assert kill.differing({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "9", "d": "4"}) == ["b", "c", "d"]
    assert kill.differing({"a": "1"}, {"a": "1"}) == []


def test_hidden_leftovers_and_the_lock_are_among_the_files(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/.x.parquet.part").write_text("half")
    (tmp_path / "dvc.lock").write_text("lock")
    (tmp_path / "params.yaml").write_text("no output")
    assert list(kill.hashes(tmp_path)) == ["data/.x.parquet.part", "dvc.lock"]


def test_a_kill_ends_what_a_process_started():
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    code += "print(p.pid, flush=True); p.wait()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        child = psutil.Process(int(process.stdout.readline()))
        kill.kill(process.pid)
    assert process.returncode == -9
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_folder_of_an_earlier_try_is_refused(tmp_path):
    (tmp_path / "unbroken").mkdir()
    with pytest.raises(ValueError, match="unbroken is there already"):
        kill.main(str(tmp_path), "0.01")
