from twostage.leftovers import sweep


def test_sweep_removes_what_is_no_longer_listed_and_nothing_else(tmp_path):
    models = tmp_path / "models"
    for path in ("als/valid_1.npz", "als/test.npz", "old/valid_1.npz", "old/test.npz"):
        (models / path).parent.mkdir(parents=True, exist_ok=True)
        (models / path).touch()
    (tmp_path / "other.npz").touch()
    (models / ".gitignore").touch()
    (tmp_path / "rows").mkdir()
    for name in ("valid_1.parquet", "valid_9.parquet", ".valid_8.parquet.part", ".valid_1.parquet.part"):
        (tmp_path / f"rows/{name}").touch()
    kept = {models: {"als"}, tmp_path / "rows": {"valid_1"}, tmp_path / "absent": {"als"}}
    rows = [tmp_path / f"rows/{name}" for name in (".valid_1.parquet.part", ".valid_8.parquet.part", "valid_9.parquet")]
    assert sorted(sweep(kept)) == [models / "old", *rows]
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.npz"))
    assert left == ["models/als/test.npz", "models/als/valid_1.npz", "other.npz"]
    assert not (models / "old").exists()
    assert (models / ".gitignore").exists()
    assert sweep(kept) == []
