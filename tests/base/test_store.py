import errno
import json
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from twostage.base import store


def test_a_broken_block_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "new" / "file.txt"
    with store.written(path) as temporary:
        temporary.write_text("old")

    def broken():
        with store.written(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert path.read_text() == "old"
    assert [found.name for found in path.parent.iterdir()] == ["file.txt"]


def test_a_full_disk_is_told_with_the_files_own_name(tmp_path):
    with pytest.raises(OSError, match="No space left") as found, store.written(tmp_path / "a.csv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert found.value.filename == str(tmp_path / "a.csv")
    with pytest.raises(OSError, match="No space left") as found, store.written(tmp_path / "a.csv"):
        raise OSError(errno.ENOSPC, "No space left on device", "elsewhere.csv")
    assert found.value.filename == "elsewhere.csv"


def test_nothing_stands_under_the_name_before_the_end(tmp_path):
    path = tmp_path / "file.txt"
    with store.written(path) as temporary:
        temporary.write_text("half")
        assert not path.exists()
    assert path.read_text() == "half"


def test_json_is_sorted_and_read_back(tmp_path):
    store.write_json({"b": [1, 2.5], "a": {"x": None}}, tmp_path / "found.json")
    text = (tmp_path / "found.json").read_text()
    assert list(json.loads(text)) == ["a", "b"]
    assert text.endswith("}\n")
    assert store.read_json(tmp_path / "found.json") == {"a": {"x": None}, "b": [1, 2.5]}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_refuses_numbers_that_are_none(tmp_path, value):
    with pytest.raises(ValueError, match="JSON compliant"):
        store.write_json({"a": value}, tmp_path / "found.json")
    assert list(tmp_path.iterdir()) == []


def test_csv_has_a_word_for_what_is_missing(tmp_path):
    store.write_csv(pd.DataFrame({"k": [1, 2], "x": [0.5, None]}), tmp_path / "found.csv", missing="NaN")
    assert (tmp_path / "found.csv").read_text() == "k,x\n1,0.5\n2,NaN\n"


def test_csv_has_no_index_and_unix_lines(tmp_path):
    store.write_csv(pd.DataFrame({"k": [1, 2], "x": [0.5, 0.25]}), tmp_path / "found.csv")
    assert (tmp_path / "found.csv").read_bytes() == b"k,x\n1,0.5\n2,0.25\n"


def test_arrays_give_the_same_file_whatever_zipfile_writes_them(tmp_path):
    arrays = {"items": np.arange(1000, dtype=np.int32), "params": np.array('{"a": 1}'), "empty": np.empty((0, 4), "f4")}
    store.write_npz(arrays, tmp_path / "a.npz")
    # As written by Python 3.11.2 and 3.11.7, whose np.savez gives two different files.
    assert (
        sha256((tmp_path / "a.npz").read_bytes()).hexdigest()
        == "8a7d222649547406f6f3314332bb2fcf90a3e939323f4c4a13b6c7d48abff9f7"
    )
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        assert {name: found[name].tolist() for name in found} == {n: values.tolist() for n, values in arrays.items()}
