from math import log2

import numpy as np
import pytest

from tests.small import asked, log, make
from twostage.generators import popular

# Before day 100: in the last 2 days items 0, 0, 1, in the last 7 also 2, ever also 2 and 3.
ROWS = [(0, 0, 99), (1, 0, 98), (2, 1, 98), (3, 2, 93), (4, 2, 50), (5, 3, 40)]
LATE = [(6, 3, 100), (7, 3, 101)]


def scores(day: int, windows: list[int], rows=ROWS + LATE) -> list[float]:
    queries = asked([(9, day)], log(rows))
    return make("popular", windows=windows).score(queries, np.zeros(4, dtype=np.int64), np.arange(4)).tolist()


def test_shares_of_a_window():
    # The last 7 days hold 4 rows: 2 of item 0, one each of 1 and 2.
    assert scores(100, [7]) == pytest.approx([2 / 4, 1 / 4, 1 / 4, 0], abs=1e-6)


def test_mean_over_windows():
    # 2 days: 2, 1, 0 of 3 rows; 7 days as above.
    expected = [(2 / 3 + 2 / 4) / 2, (1 / 3 + 1 / 4) / 2, (0 + 1 / 4) / 2, 0]
    assert scores(100, [2, 7]) == pytest.approx(expected, abs=1e-6)


def test_the_window_begins_on_its_first_day():
    # From day 100 the row of day 93 lies 7 days back: in a window of 7 and out of one of 6.
    assert scores(100, [6]) == pytest.approx([2 / 3, 1 / 3, 0, 0], abs=1e-6)


def test_all_is_every_day_before_the_query():
    assert scores(100, ["all"]) == pytest.approx([2 / 6, 1 / 6, 2 / 6, 1 / 6], abs=1e-6)
    # 7 days as above.
    assert scores(100, [7, "all"])[3] == pytest.approx((0 + 1 / 6) / 2, abs=1e-6)


def test_the_querys_own_day_does_not_count():
    assert scores(100, [1]) == pytest.approx([1, 0, 0, 0], abs=1e-6)
    assert scores(101, [1]) == pytest.approx([0, 0, 0, 1], abs=1e-6)


def test_equal_shares_follow_all_watches_then_the_code():
    # Window: items 1 and 2 equal, but 2 has two watches ever. Items 4 and 5: one watch each, out of the window.
    queries = asked([(9, 100)], log([*ROWS, (8, 5, 30), (8, 4, 30)]))
    lists = make("popular", windows=[7]).retrieve(queries, 6, exclude_seen=True)
    assert lists.items.tolist() == [[0, 2, 1, 3, 4, 5]]


def test_an_empty_window_leaves_the_order_of_all_watches():
    queries = asked([(9, 95)], log(ROWS))
    assert make("popular", windows=[1]).retrieve(queries, 4, exclude_seen=True).items.tolist() == [[2, 3, -1, -1]]


def test_a_user_who_has_seen_the_top_gets_what_follows():
    queries = asked([(0, 100), (2, 99)], log([*ROWS, (0, 2, 97)]))
    assert make("popular", windows=[7]).retrieve(queries, 2, exclude_seen=True).items.tolist() == [[1, 3], [2, 0]]


# On every day from 90 to 99 the item of the day before is watched once more, and a new one three times.
FASHION = [(100 * day + user, max(day - 90 - (user == 0), 0), day) for day in range(90, 100) for user in range(4)]


def fitted(rows, **values):
    model = make("popular", **values)
    model.fit(log(rows))
    return model


def test_another_window_is_tried_on_the_log_that_is_given(monkeypatch):
    """As long as FASHION lasts one day foretells best; what follows is the same every day."""
    steady = [(9000 + 10 * day + user, user % 3, day) for day in range(100, 130) for user in range(6)]
    whole = log(FASHION + steady)
    models = [make("popular", windows=[7], instead=[1]) for _ in range(2)]
    models[0].fit(whole.before(100))
    models[1].fit(whole, whole.before(100))
    assert models[0].windows == models[1].windows == [1]
    assert models[1].chosen() == "windows of 1 days"
    models[1].fit(whole)
    assert models[1].windows == [7]


def test_what_was_popular_foretells_by_the_place_of_what_is_watched():
    # Day 98 has no day before it. Day 99, by one day: item 0 stands first, item 1 second, 5 was never watched before.
    rows = [(0, 0, 98), (1, 0, 98), (2, 1, 98), (3, 0, 99), (4, 1, 99), (5, 5, 99)]
    assert popular.foretold(log(rows), [1]) == pytest.approx((1 + 1 / log2(3) + 0) / 3)


def test_places_behind_the_depth_foretell_nothing(monkeypatch):
    rows = [(0, 0, 5), (1, 0, 5), (2, 1, 5), (3, 1, 6)]
    assert popular.foretold(log(rows), [7]) == pytest.approx(1 / log2(3))
    monkeypatch.setattr(popular, "DEPTH", 1)
    assert popular.foretold(log(rows), [7]) == 0


def test_only_the_last_two_weeks_are_foretold():
    early = [(0, 0, 70), (1, 1, 80), (2, 1, 85)]  # day 86 is the first that counts
    assert popular.foretold(log([*early, (3, 0, 99)]), [30]) == pytest.approx(1 / log2(3))
    assert popular.foretold(log([*early, (3, 1, 86), (4, 0, 99)]), [30]) == pytest.approx((1 + 1 / log2(3)) / 2)


def test_a_window_that_foretells_clearly_better_replaces_the_given_ones():
    assert fitted(FASHION, windows=[7], instead=[1, 14]).windows == [1]
    assert fitted(FASHION, windows=[7], instead=[]).windows == [7]
    assert fitted(FASHION, windows=[1], instead=[7, 14]).windows == [1]


def test_of_windows_that_are_nearly_alike_the_given_one_stays(monkeypatch):
    gains = {7: 1.0, 3: 1.1, 1: 1.11, 14: 1.12, 30: 1.115}
    monkeypatch.setattr(popular, "foretold", lambda log, windows: gains[windows[0]])
    assert fitted(ROWS, windows=[7], instead=[3]).windows == [7]
    assert fitted(ROWS, windows=[7], instead=[1, 14, 30]).windows == [14]


def test_all_may_replace_the_given_windows_and_is_saved(tmp_path):
    # Item 0 leads over all time; lately one of 0 and 1 is watched today, the other tomorrow.
    rows = [(user, 0, 50) for user in range(9)] + [(user, day % 2, day) for user in range(3) for day in range(80, 100)]
    model = fitted(rows, windows=[1], instead=["all"])
    assert model.windows == [popular.ALL]
    model.save(tmp_path / "popular.npz")
    loaded = type(model).load(tmp_path / "popular.npz", model.run)
    found = loaded.score(asked([(9, 100)], log(rows)), np.zeros(2, np.int64), np.arange(2))
    assert found == pytest.approx([39 / 69, 30 / 69], abs=1e-6)


def test_a_log_of_one_day_foretells_nothing():
    assert popular.foretold(log([(0, 0, 5), (1, 1, 5)]), [7]) == 0
    assert fitted([(0, 0, 5), (1, 1, 5)], windows=[7], instead=[1]).windows == [7]


def test_a_fitted_model_scores_by_the_window_that_it_took():
    queries = asked([(9, 100)], log(FASHION))
    found = fitted(FASHION, windows=[7], instead=[1]).retrieve(queries, 2, exclude_seen=True)
    assert found.items.tolist() == [[9, 8]]
    assert found.scores[0] == pytest.approx([3 / 4, 1 / 4], abs=1e-6)
