import pandas as pd
import pytest

from twostage.base import tables
from twostage.base.errors import InputError

TABLE = pd.DataFrame({"query": [0, 1, 1, 1, 3, 3, 4], "value": [1.0, 2, 3, 4, 5, 6, 7], "name": list("abcdefg")})


def test_a_table_is_told_by_its_columns_and_their_types():
    columns = {"value": "float64", "query": "int64", "name": "string"}
    assert tables.check(TABLE, columns).columns.tolist() == ["value", "query", "name"]
    with pytest.raises(TypeError, match="column query is int64, expected int32"):
        tables.check(TABLE, columns | {"query": "int32"})
    with pytest.raises(KeyError, match="day"):
        tables.check(TABLE, {"day": "int32"})


@pytest.mark.parametrize("cut", [1, 4])
def test_a_part_is_what_was_written_at_once(tmp_path, cut):
    path = tmp_path / "table.parquet"
    tables.write_parts([TABLE[:cut], TABLE[cut:]], path)
    assert tables.parts(path) == 2
    pd.testing.assert_frame_equal(tables.read_part(path, 0), TABLE[:cut])
    pd.testing.assert_frame_equal(pd.concat(tables.read_parts(path), ignore_index=True), TABLE)


def test_parts_of_some_columns(tmp_path):
    tables.write(TABLE, tmp_path / "table.parquet")
    parts = list(tables.read_parts(tmp_path / "table.parquet", ["query", "name"]))
    assert [list(part) for part in parts] == [["query", "name"]] * len(parts)
    assert pd.concat(parts)["name"].tolist() == list("abcdefg")


def test_the_parts_of_an_empty_table_are_empty(tmp_path):
    tables.write_parts([TABLE[:0]], tmp_path / "table.parquet")
    assert all(part.empty for part in tables.read_parts(tmp_path / "table.parquet"))


def test_the_prepared_log_comes_back_as_it_was_written(small, tmp_path):
    small.write(tmp_path)
    for written, read in zip(small, tables.LogTables.read(tmp_path), strict=True):
        pd.testing.assert_frame_equal(read, written)


@pytest.mark.parametrize("name", tables.LogTables._fields)
def test_a_missing_table_is_named_with_what_makes_it(small, tmp_path, name):
    small.write(tmp_path)
    (tmp_path / f"{name}.parquet").unlink()
    with pytest.raises(InputError, match=rf"{name}\.parquet: no such file; `dvc repro prepare`"):
        tables.LogTables.read(tmp_path)
