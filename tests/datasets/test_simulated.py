from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from twostage import datasets, prepare
from twostage.datasets import raw, simulated, world
from twostage.datasets.simulated import Simulated

SIZES = Simulated()
SEED = 7


def fetched(into: Path, seed: int = SEED, sizes: Simulated = SIZES) -> dict[str, bytes]:
    datasets.fetch(datasets.Data(source="simulated", simulated=sizes), seed, into)
    return {path.name: path.read_bytes() for path in into.iterdir()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("simulated")
    fetched(into)
    return into


@pytest.fixture(scope="module")
def log(folder: Path) -> pd.DataFrame:
    """Rows with `day` counted from the first one, and `index`: the item's place in the world."""
    rows = pd.read_csv(folder / "interactions.csv", parse_dates=["last_watch_dt"])
    day = (rows["last_watch_dt"] - pd.Timestamp(SIZES.first_day)).dt.days
    return rows.assign(day=day, index=np.argsort(PLANTED.item_id)[rows["item_id"]])


PLANTED = world.plant(SIZES, SEED)


def test_same_seed_same_bytes(tmp_path, folder):
    assert fetched(tmp_path) == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_another_seed_another_log(tmp_path, folder):
    assert fetched(tmp_path, SEED + 1)["interactions.csv"] != (folder / "interactions.csv").read_bytes()


def test_files_are_read_and_prepared(folder):
    found = prepare.encode(raw.read(folder, {}))
    assert found.duplicates == 0
    assert len(found.users) == SIZES.users
    assert found.items["item_id"].tolist() == list(range(SIZES.items))
    assert 0.05 < found.users["age"].isna().mean() < 0.2
    assert found.items["genres"].str.contains(", ").any()
    assert found.items["studios"].isna().any()


def test_rows_are_within_the_period_and_fewer_than_views(log):
    assert log["day"].between(0, SIZES.days - 1).all()
    assert SIZES.views * 2 / 3 < len(log) <= SIZES.views
    assert not log.duplicated(["user_id", "item_id"]).any()


def test_no_row_before_the_release(log):
    release = PLANTED.release[log["index"]]
    assert (release > 0).any()
    assert (log["day"] >= release).all()


def test_no_row_before_the_arrival_or_after_the_departure(log):
    assert (log["day"] >= PLANTED.arrival[log["user_id"]]).all()
    assert (log["day"] < PLANTED.departure[log["user_id"]]).all()


def test_last_week_has_cold_and_warm_users(log):
    late = log["day"] >= SIZES.days - 7
    users = log.loc[late, "user_id"].unique()
    assert 0.1 < 1 - np.isin(users, log.loc[~late, "user_id"]).mean() < 0.7


def cold(**values) -> float:
    """Share of the last week's users without an earlier row."""
    sizes = Simulated(**values)
    rows = simulated.log(world.plant(sizes, SEED), sizes, SEED).to_pandas()
    late = rows["last_watch_dt"] >= "2021-08-16"
    return 1 - np.isin(rows.loc[late, "user_id"].unique(), rows.loc[~late, "user_id"]).mean()


def test_fewer_newcomers_who_stay_longer_make_fewer_cold_users():
    assert cold(newcomers=0.0, stay=2.0) < cold(newcomers=0.3, stay=2.0) < cold(newcomers=0.5, stay=0.5)


def test_users_watch_the_genres_that_they_like(log):
    genre = PLANTED.genre[log["index"]]
    assert PLANTED.taste[log["user_id"], genre].mean() > 1.5 * PLANTED.taste[:, genre].mean()


def test_parents_watch_more_for_the_family(log):
    family = PLANTED.genre[log["index"]] == world.FAMILY
    kids = PLANTED.groups["kids"][log["user_id"]] == 1
    assert family[kids].mean() > 2 * family[~kids].mean()


def test_a_release_is_watched_most_when_it_is_new(log):
    fresh = np.flatnonzero((PLANTED.release >= 0) & (PLANTED.release < SIZES.days - 56))
    age = log["day"] - PLANTED.release[log["index"]]
    age = age[log["index"].isin(fresh)]
    assert (age < 28).sum() > 2 * age.between(28, 55).sum()


def test_next_season_follows_the_season_before(log):
    first = log.merge(log.assign(index=log["index"] - 1), on=["user_id", "index"], suffixes=("", "_next"))
    first = first[PLANTED.finale[first["index"]] > first["index"]]
    later = (first["day_next"] >= first["day"]).mean()
    assert len(first) > 300
    assert later > 0.7


def test_weekends_have_more_rows(log):
    weekend = log["last_watch_dt"].dt.day_of_week >= 5
    assert weekend.mean() / 2 > 1.3 * (1 - weekend.mean()) / 5


def test_activity_and_popularity_are_heavy_tailed(log):
    for name in ("user_id", "item_id"):
        counts = log[name].value_counts()
        assert counts.iloc[: len(counts) // 10].sum() > 0.3 * len(log)


def test_many_watch_to_the_end_and_duration_follows(log):
    assert 0.35 < (log["watched_pct"] == 100).mean() < 0.7
    assert log["watched_pct"].between(0, 100).all()
    assert log["watched_pct"].corr(log["total_dur"]) > 0.7


def test_oracle_sums_to_1_and_is_0_before_the_release():
    items = np.arange(SIZES.items)
    chance = simulated.oracle(SIZES, SEED, np.full(SIZES.items, 3), items, np.full(SIZES.items, 10))
    assert chance.sum() == pytest.approx(1)
    unreleased = PLANTED.release[np.argsort(PLANTED.item_id)] > 10
    assert unreleased.any()
    assert not chance[unreleased].any()
    assert (chance[~unreleased] > 0).all()


def test_oracle_is_the_frequency_of_choices_that_are_no_follow_ups():
    count = 200_000
    user, day = np.full(count, 3), np.full(count, 10)
    chosen = simulated._choices(PLANTED, user, day, np.random.default_rng(0))
    frequency = np.bincount(PLANTED.item_id[chosen], minlength=SIZES.items) / count
    items = np.arange(SIZES.items)
    chance = simulated.oracle(SIZES, SEED, user[: SIZES.items], items, day[: SIZES.items])
    # Five standard deviations of a frequency.
    assert (np.abs(frequency - chance) <= 5 * np.sqrt(chance / count) + 1e-12).all()


def test_smallest_world(tmp_path):
    sizes = Simulated(users=10, items=50, views=10, days=7)
    assert fetched(tmp_path, sizes=sizes)["interactions.csv"].count(b"\n") == 11


@pytest.mark.parametrize(
    "sizes", [{"users": 100, "views": 99}, {"users": 10, "items": 50, "views": 51}, {"first_day": "1 May"}]
)
def test_sizes_that_do_not_fit(sizes):
    with pytest.raises(ValidationError):
        Simulated(**sizes)
