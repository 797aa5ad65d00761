import errno
import operator
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import torch
from catboost import CatBoostError

import stages
from twostage.base.errors import InputError, mendable, run

DISK = OSError(errno.ENOSPC, "No space left on device", "data/lists/final.parquet")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (InputError("k = 0"), "k = 0"),
        (DISK, "no space left on the disk for data/lists/final.parquet; free some and run again"),
        (
            PermissionError(errno.EACCES, "Permission denied", "data/raw/files/users.csv"),
            "data/raw/files/users.csv: permission denied; expected a file, or a folder to write into, that is yours to "
            "use",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "metrics/a.json"),
            "metrics/a.json: read-only file system; expected a file, or a folder to write into, that is yours to use",
        ),
        (OSError(errno.EDQUOT, "quota"), "no space left on the disk for an output; free some and run again"),
    ],
)
def test_what_a_user_can_mend_is_one_line(error, line):
    assert mendable(error) == line


def test_catboost_names_its_file_on_a_full_disk():
    said = '(Error 28: No space left on device) util/system/file.cpp:1080: can\'t write 9 bytes to "data/a.cbm"'
    assert mendable(CatBoostError(said)) == "no space left on the disk for data/a.cbm; free some and run again"
    assert mendable(CatBoostError("Target contains only one unique value")) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_duckdb_names_its_file_on_a_full_disk():
    with pytest.raises(duckdb.IOException) as found:
        duckdb.sql("COPY (SELECT 1) TO '/dev/full' (FORMAT csv)")
    assert mendable(found.value) == "no space left on the disk for /dev/full; free some and run again"


def test_no_room_on_the_disk_for_what_memory_does_not_hold(tmp_path):
    connection = duckdb.connect(config={"memory_limit": "20MB", "threads": 1, "temp_directory": str(tmp_path)})
    connection.sql("SET max_temp_directory_size = '1MB'")
    with pytest.raises(duckdb.OutOfMemoryException) as found:
        connection.sql("SELECT hash(n) AS key, n FROM range(1000000) AS rows(n) ORDER BY key").fetchall()
    assert mendable(found.value) == "no space left on the disk for an output; free some and run again"


def test_memory_that_torch_does_not_get_is_told_too():
    with pytest.raises(RuntimeError) as found:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert mendable(found.value) == mendable(MemoryError())


def test_memory_that_ends_is_told_with_the_parameters_that_save_some():
    connection = duckdb.connect(config={"memory_limit": "10MB", "max_temp_directory_size": "0MB"})
    with pytest.raises(duckdb.OutOfMemoryException) as found:
        connection.sql("SELECT list(n) FROM range(100000000) AS rows(n)").fetchall()
    assert mendable(found.value).startswith(
        "not enough memory for DuckDB; raise memory, or lower recommend.shard_users"
    )
    assert mendable(MemoryError()).startswith("the system has not enough memory; lower memory, threads or recommend")


def test_a_reader_that_has_enough_ends_a_command_quietly():
    code = "from twostage.base.errors import run; run(lambda: [print(n) for n in range(100000)], [])"
    command = f"{sys.executable} -c '{code}' | head -n 1"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"})
    assert (ended.stdout, ended.stderr) == ("0\n", "")


def test_a_command_that_nobody_listens_to_any_more_is_not_done():
    code = "import sys; from twostage.base.errors import run; run(lambda: [print(n) for n in range(10**6)], [])"
    command = ["bash", "-c", f"{sys.executable} -c '{code}' | true; exit ${{PIPESTATUS[0]}}"]
    ended = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": "src"}, check=False)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_other_errors_are_ours(monkeypatch):
    def broken() -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("sys.argv", ["stage"])
    assert mendable(FileNotFoundError(errno.ENOENT, "no file")) is None
    with pytest.raises(KeyError):
        stages.run(broken)


def test_a_stage_ends_with_the_line(monkeypatch):
    def full() -> None:
        raise DISK

    monkeypatch.setattr("sys.argv", ["stage"])
    with pytest.raises(SystemExit, match="error: no space left on the disk for data/lists"):
        stages.run(full)


@pytest.mark.parametrize(
    ("main", "words", "line"),
    [
        (lambda folder, share="1": None, [], "error: expected FOLDER [SHARE], found nothing"),
        (lambda folder, share="1": None, ["a", "b", "c"], "error: expected FOLDER [SHARE], found a b c"),
        (lambda: None, ["a"], "error: expected nothing, found a"),
    ],
)
def test_words_that_a_command_does_not_take_are_told_with_those_that_it_takes(main, words, line):
    with pytest.raises(SystemExit, match=re.escape(line)):
        run(main, words)


def test_an_error_of_types_within_a_command_is_no_wrong_word():
    with pytest.raises(TypeError, match="integer"):
        run(lambda: operator.index("a"), [])
