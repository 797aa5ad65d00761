import errno

import duckdb
import pytest

import stages
from twostage.errors import InputError, mendable

DISK = OSError(errno.ENOSPC, "No space left on device", "data/lists/final.parquet")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (InputError("k = 0"), "k = 0"),
        (DISK, "no space left on the disk for data/lists/final.parquet; free some and run again"),
        (OSError(errno.EDQUOT, "quota"), "no space left on the disk for an output; free some and run again"),
    ],
)
def test_what_a_user_can_mend_is_one_line(error, line):
    assert mendable(error) == line


def test_memory_that_ends_is_told_with_the_parameters_that_save_some():
    connection = duckdb.connect(config={"memory_limit": "10MB", "max_temp_directory_size": "0MB"})
    with pytest.raises(duckdb.OutOfMemoryException) as found:
        connection.sql("SELECT list(n) FROM range(100000000) AS rows(n)").fetchall()
    for error in (found.value, MemoryError()):
        assert mendable(error).startswith("not enough memory; lower recommend.shard_users")


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
