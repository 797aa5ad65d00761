import numpy as np
import pytest

from tests.small import asked, every_pair, log, make
from twostage.generators.kinds.durations import usual

# Two tastes: users 0 to 4 watch items 0 to 2, users 5 to 9 items 3 to 5, each leaving one out.
TASTES = [
    (user, item, 10 + item)
    for user in range(10)
    for item in (range(3) if user < 5 else range(3, 6))
    if item % 3 != user % 5
]
NEWCOMER = [(20, 0, 30), (20, 3, 40), (20, 4, 41)]


def model():
    fitted = make("als", factors=2, iterations=10, alpha=1.0, half_life=None)
    fitted.fit(log(TASTES))
    return fitted


def row(durations, fitted_on=None):
    """Scores of the newcomer's pairs, whose rows last so long."""
    everyone = log(TASTES + NEWCOMER, total_dur=[100] * len(TASTES) + durations)
    fitted = make("als", factors=2, iterations=10, alpha=1.0, half_life=None)
    fitted.fit(everyone.before(25))
    queries = asked([(20, 50)], everyone)
    return fitted.score(queries, *every_pair(queries))


def test_a_newcomer_is_folded_in_from_the_history_as_of_the_day():
    queries = asked([(20, 30), (20, 31), (20, 50)], log(TASTES + NEWCOMER))
    scores = model().score(queries, *every_pair(queries)).reshape(3, -1)
    assert np.isnan(scores[0]).all()
    assert scores[1, :3].min() > scores[1, 3:].max()
    assert (scores[2] != scores[1]).all()
    assert model().retrieve(queries, 2, exclude_seen=True).items.tolist()[:2] == [[-1, -1], [1, 2]]


def test_a_longer_watch_pulls_the_scores_towards_its_taste():
    even, longer = row([100, 100, 100]), row([200, 100, 100])
    assert (longer[:3] > even[:3]).all()
    assert (longer[3:] < even[3:]).all()


def test_a_watch_of_unknown_duration_counts_as_the_usual_one():
    np.testing.assert_array_equal(row([None, 100, 100]), row([100, 100, 100]))


@pytest.mark.parametrize(("duration", "expected"), [(0, 1.0), (100, 2.0), (300, 3.0), (700, 4.0)])
def test_confidence_by_hand(duration, expected):
    # alpha 2, usual 100: 2 x (1 + log2(1 + duration / 100)) / 2.
    als = make("als", alpha=2.0, half_life=None)
    als.usual_duration = 100.0
    assert als._confidence(np.array([duration], dtype=np.float32), np.array([50])).tolist() == [expected]


def test_confidence_without_durations_is_alpha():
    als = make("als", alpha=2.0, half_life=None)
    assert als._confidence(None, np.array([1, 5, 500])).tolist() == [2, 2, 2]


def test_confidence_halves_with_every_half_life():
    als = make("als", alpha=2.0, half_life=10)
    als.usual_duration = 100.0
    assert als._confidence(None, np.array([0, 10, 20])).tolist() == [2, 1, 0.5]
    assert als._confidence(np.array([300, 300], dtype=np.float32), np.array([0, 10])).tolist() == [3, 1.5]


def test_a_taste_of_lately_outweighs_an_older_one():
    queries = asked([(30, 50)], log([*TASTES, (30, 0, 20), (30, 3, 49)]))
    scores = {}
    for half_life in (5, None):
        fitted = make("als", factors=2, iterations=10, half_life=half_life)
        fitted.fit(log(TASTES))
        scores[half_life] = fitted.score(queries, *every_pair(queries))
    lead = {key: row[3:].mean() - row[:3].mean() for key, row in scores.items()}
    assert lead[5] > lead[None] + 0.1


@pytest.mark.parametrize(
    ("durations", "expected"),
    [([1, 0, 3, 8], 3.0), ([np.nan, 4, 6], 5.0), ([0, 0], 1.0), ([np.nan], 1.0), (None, 1.0)],
)
def test_the_usual_duration_is_the_median_of_the_positive_ones(durations, expected):
    assert usual(None if durations is None else np.array(durations, dtype=np.float32)) == expected
