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


PIPELINE = """
stages:
  a:
    cmd: echo a > a.txt
    outs: [a.txt]
  b:
    cmd: cp a.txt b.txt
    deps: [a.txt]
    outs: [b.txt]
"""


def test_a_stage_that_is_over_before_its_moment_is_tried_again(tmp_path):
    subprocess.run(["dvc", "init", "--no-scm", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "dvc.yaml").write_text(PIPELINE.replace("echo a >", "sleep 1; echo a >"))
    killed = kill.broken(tmp_path, {"a": 1.0, "b": 60.0}, seed=17)
    assert set(killed) == {"a", "b"}
    assert killed["a"] < 0.9
    assert killed["b"] < 10, "of 60 s it was tried again within 27, 14 and so on"
    assert (tmp_path / "b.txt").read_text() == "a\n"


@pytest.mark.parametrize(("name", "end"), [("dvc.lock", "- path:"), ("dvc.lock", "outs"), (".dvc/tmp/rwlock", "{")])
def test_a_file_that_dvc_left_half_written_is_removed_and_nothing_is_lost(tmp_path, name, end):
    def dvc(*words):
        return subprocess.run(["dvc", *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    dvc("init", "--no-scm")
    (tmp_path / "dvc.yaml").write_text(PIPELINE)
    assert dvc("repro").returncode == 0
    path, lock = tmp_path / name, (tmp_path / "dvc.lock").read_bytes()
    whole = path.read_text()
    path.write_text(whole[: whole.index(end) + len(end)])
    refused = dvc("repro")
    assert refused.returncode
    assert kill.mended(tmp_path, refused.stdout + refused.stderr)
    again = dvc("repro")
    assert again.returncode == 0, again.stderr
    assert "cp a.txt" not in again.stdout, "what had been done comes from DVC's cache"
    assert (tmp_path / "dvc.lock").read_bytes() == lock
    assert not kill.mended(tmp_path, "ERROR: failed to reproduce 'a'")
