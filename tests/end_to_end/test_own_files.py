"""Source `files`: the exercise's pair of files and nothing else, then files that come and go."""

import shutil

import numpy as np
import pandas as pd

FOLDER = "data/raw/files"


def test_the_pair_alone_is_enough(pair):
    names = pd.read_parquet(pair.path("data/features/test.parquet")).columns
    for kind, least in (("user_", 2), ("item_", 2), ("pair_", 6)):
        assert sum(name.startswith(kind) for name in names) >= least
    lists = pd.read_parquet(pair.path("data/recommendations.parquet"))
    parts = pd.concat(pd.read_csv(pair.path(f"{FOLDER}/{name}.csv")) for name in ("train", "test"))
    assert set(lists["user_id"]) == set(parts["user_id"])
    assert set(lists.columns) == {"user_id", "item_id", "rank", "score"}


def test_the_future_moves_no_list_of_the_test(pair, tmp_path):
    """Rows on or after the test's start: items and numbers scrambled, rows of new users added."""
    other = pair.copy(tmp_path / "copy")
    path = other.path(f"{FOLDER}/test.csv")
    train, test = (pd.read_csv(other.path(f"{FOLDER}/{name}.csv"), index_col=0) for name in ("train", "test"))
    rng = np.random.default_rng(0)
    test["item_id"] = rng.permutation(test["item_id"].to_numpy())
    test["watched_pct"] = rng.integers(0, 101, len(test))
    test["total_dur"] = rng.integers(0, 9000, len(test))
    # New users on both ends: the numbers that others have inside change too.
    late, early = (
        test.sample(50, random_state=0).assign(user_id=lambda rows, by=by: by - rows["user_id"]) for by in (20_000, -1)
    )
    rows = pd.concat([test, late, early], ignore_index=True)
    pairs = (set(zip(table["user_id"], table["item_id"], strict=True)) for table in (train, rows))
    assert set.intersection(*pairs), "some pairs of the past are watched again"
    rows.to_csv(path)
    other.in_one_process("recommend")
    clean, moved = (pd.read_parquet(c.path("data/test_recommendations.parquet")) for c in (pair, other))
    shared = set(clean["user_id"]) & set(moved["user_id"])
    assert len(shared) > 20
    assert set(moved["user_id"]) - shared
    one, two = (lists[lists["user_id"].isin(shared)].reset_index(drop=True) for lists in (clean, moved))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_files_that_come_change_and_go_in_another_folder(pair, tmp_path):
    checkout, folder = pair.copy(tmp_path / "copy"), tmp_path / "elsewhere"
    shutil.copytree(checkout.path(FOLDER), folder)
    checkout.set(data__path=str(folder))
    prepared = ["check_data", "prepare"]
    _attributes(folder, "users")
    assert {*prepared} <= set(checkout.repro("prepare").ran), "another folder, users.csv added"
    assert "sex" in pd.read_parquet(checkout.path("data/log/users.parquet"))
    assert checkout.stale(*prepared) == set()
    _attributes(folder, "items")
    assert checkout.stale(*prepared) == {*prepared}, "items.csv added"
    (folder / "items.csv").rename(tmp_path / "items.csv")
    assert checkout.stale(*prepared) == set()
    users = (folder / "users.csv").read_text()
    (folder / "users.csv").write_text(users.replace("F", "M"))
    assert checkout.stale(*prepared) == {*prepared}, "users.csv edited"
    (folder / "users.csv").unlink()
    assert checkout.stale(*prepared) == {*prepared}, "users.csv removed"
    (tmp_path / "items.csv").rename(folder / "items.csv")
    assert checkout.repro("prepare").ran == prepared, "items.csv in the place of users.csv"
    assert "sex" not in pd.read_parquet(checkout.path("data/log/users.parquet"))
    assert pd.read_parquet(checkout.path("data/log/items.parquet"))["genres"].str.startswith("drama").all()
    with (folder / "train.csv").open("a") as file:
        file.write("9999,1,7,2021-07-13,60,50\n")
    assert checkout.stale(*prepared) == {*prepared}, "train.csv edited"
    (folder / "test.csv").unlink()
    checkout.set(split__valid_start="2021-07-22", split__test_start="2021-07-30")
    asked = ("check_parameters", *prepared)
    assert checkout.stale(*asked) == {*asked}, "test.csv removed"
    checkout.in_one_process(*asked, how="only")


def _attributes(folder, name):
    column = f"{name[:-1]}_id"
    ids = sorted(pd.read_csv(folder / "train.csv")[column].unique())
    told, values = ("sex", ["F", "D"]) if name == "users" else ("genres", ["drama, comedy", "drama"])
    pd.DataFrame({column: ids, told: [values[place % 2] for place in range(len(ids))]}).to_csv(
        folder / f"{name}.csv", index=False
    )
