import pandas as pd
import pytest

from twostage import tables

TABLE = pd.DataFrame({"query": [0, 1, 1, 1, 3, 3, 4], "value": [1.0, 2, 3, 4, 5, 6, 7], "name": list("abcdefg")})


@pytest.mark.parametrize("rows", range(1, 9))
@pytest.mark.parametrize("cut", [1, 2, 4, 7])
def test_parts_hold_whole_queries_whatever_is_read_or_was_written_at_once(tmp_path, monkeypatch, rows, cut):
    monkeypatch.setattr(tables, "ROWS", rows)
    tables.write_parts([TABLE[:cut], TABLE[cut:]], tmp_path / "table.parquet")
    parts = list(tables.read_parts(tmp_path / "table.parquet"))
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), TABLE)
    queries = [number for part in parts for number in part["query"].unique()]
    assert queries == [0, 1, 3, 4]


def test_parts_of_some_columns(tmp_path):
    tables.write(TABLE, tmp_path / "table.parquet")
    parts = list(tables.read_parts(tmp_path / "table.parquet", ["query", "name"]))
    assert [list(part) for part in parts] == [["query", "name"]] * len(parts)
    assert pd.concat(parts)["name"].tolist() == list("abcdefg")


def test_an_empty_table_has_no_part(tmp_path):
    tables.write(TABLE[:0], tmp_path / "table.parquet")
    assert list(tables.read_parts(tmp_path / "table.parquet")) == []
