from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

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
    assert len(found.interactions) == len(raw.read(folder, {}).interactions)
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


# Two genres: a series of seasons 0, 1 and 2, of which 2 comes out on day 2, and the film 3. Three days.
TINY = SimpleNamespace(
    genre=np.array([0, 0, 0, 1]),
    finale=np.array([2, 2, 2, 3]),
    release=np.array([-5, -5, 2, -5]),
    taste=np.array([[0.75, 0.25], [0.5, 0.5]]),
    share=np.array([[0.8, 0.2, 0.0, 1.0], [0.6, 0.4, 0.0, 1.0], [0.2, 0.2, 0.6, 1.0]]),
)


class Follows:
    """In place of random numbers: these views follow the view before."""

    def __init__(self, *follows: bool) -> None:
        self.follows = follows

    def random(self, size: int) -> np.ndarray:
        return np.where(self.follows, 0.0, 1.0)[:size]


@pytest.mark.parametrize(
    ("day", "chosen", "follows", "items", "upcoming"),
    [
        # 0 is followed by its next season; the one after that comes out on day 2.
        ([0, 0, 2], [0, 3, 3], [False, True, True], [0, 1, 2], [1, 2, -1]),
        # It isn't out on day 1, so the choice stands, and the series counts on to its end.
        ([0, 1, 2], [1, 3, 0], [False, True, True], [1, 3, 0], [2, -1, -1]),
        # A view that doesn't follow begins anew, a film is followed by nothing.
        ([0, 0, 0], [0, 1, 3], [False, False, False], [0, 1, 3], [1, 2, -1]),
        # The first view follows nothing.
        ([0, 0, 0], [1, 0, 3], [True, False, True], [1, 0, 1], [2, 1, 2]),
    ],
)
def test_views_and_what_would_follow_them(day, chosen, follows, items, upcoming):
    found = simulated._followed(TINY, np.zeros(3, int), np.array(day), np.array(chosen), Follows(*follows))
    assert found[0].tolist() == items
    assert found[1].tolist() == upcoming


@pytest.mark.parametrize(
    ("user", "day", "expected"),
    [
        (0, 0, [0.6, 0.15, 0, 0.25]),  # nothing before: taste x share
        (0, 1, [0.45 * 0.75, 0.3 * 0.75 + 0.25, 0, 0.25 * 0.75]),  # after season 0: season 1
        (0, 2, [0.15 * 0.75, 0.15 * 0.75, 0.45 * 0.75 + 0.25, 0.25 * 0.75]),  # after season 1, the day's last view
        (1, 1, [0.3, 0.2, 0, 0.5]),  # after season 1: season 2 isn't out yet
        (1, 2, [0.1 * 0.75, 0.1 * 0.75, 0.3 * 0.75 + 0.25, 0.5 * 0.75]),
    ],
)
def test_chances_by_hand(user, day, expected):
    views = simulated.Views(
        user=np.array([0, 0, 0, 1]),
        day=np.array([0, 1, 1, 0]),
        item=np.array([0, 3, 1, 1]),
        upcoming=np.array([1, -1, 2, 2]),
    )
    found = simulated._chances(TINY, views, np.full(4, user), np.arange(4), np.full(4, day))
    assert found == pytest.approx(expected)


def test_oracle_sums_to_1_and_is_0_before_the_release():
    items = np.arange(SIZES.items)
    chance = simulated.oracle(SIZES, SEED, np.full(SIZES.items, 3), items, np.full(SIZES.items, 10))
    assert chance.sum() == pytest.approx(1)
    unreleased = PLANTED.release[np.argsort(PLANTED.item_id)] > 10
    assert unreleased.any()
    assert not chance[unreleased].any()
    assert (chance[~unreleased] > 0).all()


def test_items_are_watched_next_as_often_as_the_oracle_says():
    views = simulated._views(PLANTED, SIZES, np.random.default_rng([SEED, 2]))
    first = np.flatnonzero(np.append(True, (np.diff(views.user) != 0) | (np.diff(views.day) != 0)))
    first = first[views.user[first] % 4 == 0]  # first views of a day, of a quarter of the users
    shape = len(first), SIZES.items
    user, day = (np.broadcast_to(column[first, None], shape).ravel() for column in (views.user, views.day))
    item = np.broadcast_to(np.arange(SIZES.items), shape).ravel()
    chance = simulated.oracle(SIZES, SEED, user, item, day)
    watched = item == np.repeat(PLANTED.item_id[views.item[first]], SIZES.items)
    assert watched.sum() == len(first)
    # The season after the view before; behind a user's last view stands another user's first.
    before = np.where(np.diff(views.user, prepend=-1)[first] == 0, views.item[first - 1], SIZES.items - 1)
    after = np.repeat(before + 1, SIZES.items) == np.argsort(PLANTED.item_id)[item]
    after &= np.repeat(PLANTED.finale[before] > before, SIZES.items)
    bands = [(chance >= low) & (chance < high) for low, high in pairwise((0, 0.01, 0.05, 0.2, 0.25, 0.3, 1))]
    for mine in (after, *bands):
        # Four standard deviations of the number watched.
        bound = 4 * np.sqrt((chance[mine] * (1 - chance[mine])).sum())
        assert abs(watched[mine].sum() - chance[mine].sum()) < bound
    # What was watched next had on average the mean probability of an item drawn by the oracle.
    assert chance[watched].mean() == pytest.approx((chance**2).sum() / len(first), rel=0.05)


def test_smallest_world(tmp_path):
    sizes = Simulated(users=10, items=50, views=10, days=7)
    assert fetched(tmp_path, sizes=sizes)["interactions.csv"].count(b"\n") == 11


@pytest.mark.parametrize(
    "sizes", [{"users": 100, "views": 99}, {"users": 10, "items": 50, "views": 51}, {"first_day": "1 May"}]
)
def test_sizes_that_do_not_fit(sizes):
    with pytest.raises(ValidationError):
        Simulated(**sizes)
