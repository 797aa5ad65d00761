from twostage.leftovers import sweep


def test_sweep_removes_what_is_no_longer_listed_and_nothing_else(tmp_path):
    models = tmp_path / "models"
    for path in ("als/valid_1.npz", "als/test.npz", "old/valid_1.npz", "old/test.npz"):
        (models / path).parent.mkdir(parents=True, exist_ok=True)
        (models / path).touch()
    (tmp_path / "other.npz").touch()
    (models / ".gitignore").touch()
    (tmp_path / "rows").mkdir()
    for name in ("valid_1", "valid_9"):
        (tmp_path / f"rows/{name}.parquet").touch()
    kept = {models: {"als"}, tmp_path / "rows": {"valid_1"}, tmp_path / "absent": {"als"}}
    assert sorted(sweep(kept)) == [models / "old", tmp_path / "rows/valid_9.parquet"]
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.npz"))
    assert left == ["models/als/test.npz", "models/als/valid_1.npz", "other.npz"]
    assert not (models / "old").exists()
    assert (models / ".gitignore").exists()
    assert sweep(kept) == []
