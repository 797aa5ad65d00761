import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from tests.small import asked, every_pair, log, make
from twostage.base.errors import InputError
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
    items = model().retrieve(queries, 2, exclude_seen=True).items.tolist()
    # Items 1 and 2 are watched alike: which of them is ahead is up to the last bit of a processor's sums.
    assert (items[0], sorted(items[1])) == ([-1, -1], [1, 2])


def test_a_longer_watch_pulls_the_scores_towards_its_taste():
    even, longer = row([100, 100, 100]), row([200, 100, 100])
    assert (longer[:3] > even[:3]).all()
    assert (longer[3:] < even[3:]).all()


def test_a_watch_of_unknown_duration_counts_as_the_usual_one():
    np.testing.assert_array_equal(row([None, 100, 100]), row([100, 100, 100]))


def unfitted(half_life=np.inf, **values):
    als = make("als", alpha=2.0, **values)
    als.half_life = half_life
    return als


@pytest.mark.parametrize(("duration", "expected"), [(0, 1.0), (100, 2.0), (300, 3.0), (700, 4.0)])
def test_confidence_by_hand(duration, expected):
    # alpha 2, usual 100: 2 x (1 + log2(1 + duration / 100)) / 2.
    als = unfitted()
    als.usual_duration = 100.0
    assert als._confidence(np.array([duration], dtype=np.float32), None, np.array([50])).tolist() == [expected]


def test_confidence_without_durations_is_alpha():
    als = unfitted()
    assert als._confidence(None, None, np.array([1, 5, 500])).tolist() == [2, 2, 2]


def test_confidence_halves_with_every_half_life():
    als = unfitted(half_life=10)
    als.usual_duration = 100.0
    assert als._confidence(None, None, np.array([0, 10, 20])).tolist() == [2, 1, 0.5]
    assert als._confidence(np.array([300, 300], dtype=np.float32), None, np.array([0, 10])).tolist() == [3, 1.5]
    # Nobody is forgotten: a watch of forty half-lives ago and any older one count the same, and more than nothing.
    assert als._confidence(None, None, np.array([400, 10_000])).tolist() == [2 * 0.5**40] * 2


@pytest.mark.parametrize(("power", "expected"), [(0, [2, 2, 2, 2, 2]), (1, [0, 1, 2, 4, 2]), (2, [0, 0.5, 2, 8, 2])])
def test_confidence_by_the_percent_watched_by_hand(power, expected):
    # alpha 2, usual 50 percent: 0, 1/2, 1, 2 times as much; 300 percent count as 100, in the last place none is known.
    als = unfitted(watched_power=power)
    als.usual_watched = 50.0
    watched = np.array([0, 25, 50, 300, np.nan], dtype=np.float32)
    assert als._confidence(None, watched, np.zeros(5, np.int64)).tolist() == expected


def test_percent_duration_and_age_multiply():
    # alpha 2, duration thrice the usual one: 3; two thirds of the usual percent: 2; a half-life old: 1.
    als = unfitted(half_life=10, watched_power=1)
    als.usual_duration, als.usual_watched = 100.0, 75.0
    weights = als._confidence(np.array([300], np.float32), np.array([50], np.float32), np.array([10]))
    assert weights.tolist() == pytest.approx([1.0])


def test_the_fit_and_the_history_are_weighed_by_the_percent_watched():
    def scores(power, watched):
        everyone = log(TASTES + NEWCOMER, watched_pct=[100] * len(TASTES) + watched)
        fitted = make("als", factors=2, iterations=10, alpha=1.0, half_life=None, watched_power=power)
        fitted.fit(everyone.before(25))
        queries = asked([(20, 50)], everyone)
        return fitted.score(queries, *every_pair(queries))

    # Item 0 was seen to its end, the two of the other taste for a fifth.
    plain, weighed = scores(0.0, [100, 20, 20]), scores(1.0, [100, 20, 20])
    assert (weighed[:3] > plain[:3]).all()
    assert (weighed[3:] < plain[3:]).all()
    assert scores(0.0, [100, 20, 20]).tobytes() == scores(0.0, [7, 0, 3]).tobytes() == row([None] * 3).tobytes()


def test_every_row_of_the_fit_has_its_own_weight():
    """By hand: alpha x (1 + log2(1 + duration / 100)) / 2 x percent / 50 x a half for every 10 days of age."""
    rows = [
        (user, item, 1 + (3 * user + 7 * item) % 30) for user in range(12) for item in range(6) if (user + item) % 3
    ]
    durations = [25 * (1 + (user * item) % 7) for user, item, _ in rows]
    percents = [10 * (1 + (user + 2 * item) % 9) for user, item, _ in rows]
    fitted = make(
        "als", factors=3, iterations=4, alpha=3.0, regularization=0.7, half_life=10, instead=[], watched_power=1
    )
    fitted.fit(log(rows, total_dur=durations, watched_pct=percents))
    last = max(day for *_, day in rows) + 1
    weights = [
        3 * (1 + np.log2(1 + duration / fitted.usual_duration)) / 2 * percent / fitted.usual_watched
        * 0.5 ** ((last - day) / 10)
        for (_, _, day), duration, percent in zip(rows, durations, percents, strict=True)
    ]  # fmt: skip
    user, item, _ = np.array(rows).T
    by_hand = AlternatingLeastSquares(
        factors=3, iterations=4, regularization=0.7, num_threads=1, random_state=fitted.run.seed
    )
    by_hand.fit(csr_matrix((np.float32(weights), (user, item))), show_progress=False)
    np.testing.assert_allclose(fitted.item_vectors, by_hand.item_factors, rtol=1e-3, atol=1e-4)


def test_weights_that_are_no_numbers_are_told():
    with pytest.raises(
        InputError, match=r"als\.alpha = 1e\+38: what is learned are no numbers any more, expected less"
    ):
        make("als", alpha=1e38, half_life=None).fit(log(TASTES))


def test_the_usual_percent_is_saved(tmp_path):
    everyone = log(TASTES, watched_pct=[30] * len(TASTES))
    fitted = make("als", watched_power=1.0)
    fitted.fit(everyone)
    fitted.save(tmp_path / "als.npz")
    assert type(fitted).load(tmp_path / "als.npz", fitted.run).usual_watched == fitted.usual_watched == 30


def test_a_power_of_the_percent_watched_is_refused_where_the_log_lacks_it():
    with pytest.raises(InputError, match=r"als\.watched_power = 0\.5 needs the column watched_pct.*; 0 for"):
        make("als", watched_power=0.5).fit(log(TASTES))


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
