from twostage.leftovers import sweep


def test_sweep_removes_what_is_no_longer_listed_and_nothing_else(tmp_path):
    models = tmp_path / "models"
    for path in ("valid_1/als.npz", "valid_1/old.npz", "valid_9/als.npz", "test/als.npz"):
        (models / path).parent.mkdir(parents=True, exist_ok=True)
        (models / path).touch()
    (tmp_path / "other.npz").touch()
    kept = {models: {"valid_1", "test"}, models / "valid_1": {"als"}, tmp_path / "absent": {"als"}}
    assert sorted(sweep(kept)) == [models / "valid_1" / "old.npz", models / "valid_9"]
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.npz"))
    assert left == ["models/test/als.npz", "models/valid_1/als.npz", "other.npz"]
    assert not (models / "valid_9").exists()
    assert sweep(kept) == []
