import numpy as np
import pandas as pd
import pytest

from tests.small import KINDS, RUN, corruptions, interactions, known, make
from twostage import candidates, featurise
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.liked.pairs import as_proposed, watched
from twostage.past.asof import Queries
from twostage.sizes import Keep

MODELS = ("popular", "als")


def test_every_row_once_by_its_own_days_daily_query():
    rows = interactions([(0, 0, 5), (0, 2, 10), (0, 1, 10), (1, 3, 11), (1, 4, 12)])
    queries = pd.DataFrame(
        [(0, 0, 10, "daily"), (1, 1, 11, "daily"), (2, 1, 12, "daily"), (3, 0, 10, "horizon")],
        columns=["query", "user", "day", "protocol"],
    )
    found = watched(rows, queries)
    assert found[["query", "item"]].to_numpy().tolist() == [[0, 1], [0, 2], [1, 3], [2, 4]]


@pytest.fixture(scope="module")
def models(small, cutoff):
    early = small.interactions[small.interactions["day"] < cutoff]
    found = {name: make(name) for name in MODELS}
    for model in found.values():
        model.fit(known(early, small))
    return found


@pytest.fixture(scope="module")
def asked(small, cutoff):
    """Daily queries of the days from the cutoff on."""
    late = small.interactions.loc[small.interactions["day"] >= cutoff, ["user", "day"]].drop_duplicates()
    late = late.sort_values(["day", "user"], ignore_index=True)
    return late.assign(query=np.arange(len(late), dtype=np.int32), protocol="daily")


def union(asked, source, models):
    return candidates.union(Queries.of(asked, source.log), Retrieval(models, 5, Keep(keep=5, exclude_seen=True)))


def rows(pairs, asked, source, models, found):
    table = as_proposed(pairs, asked, Queries.of(asked, source.log), found, models)
    return featurise.featurise(source, asked, table, list(models))


def test_a_candidate_has_its_own_features_and_an_other_pair_has_no_rank(small, asked, models):
    source = Source(*small, RUN)
    found = union(asked, source, models)
    pairs = watched(small.interactions, asked)
    ours = rows(pairs, asked, source, models, found)
    assert ours[["query", "item"]].equals(pairs[["query", "item"]])
    theirs = featurise.featurise(source, asked, found, list(models)).set_index(["query", "item"])
    at = pd.MultiIndex.from_frame(pairs[["query", "item"]])
    proposed = at.isin(theirs.index)
    assert 0 < proposed.sum() < len(pairs)
    np.testing.assert_array_equal(ours.loc[proposed, theirs.columns], theirs.loc[at[proposed]])
    others = ours[~proposed]
    assert others[["popular_rank", "als_rank", "best_rank"]].isna().all(axis=None)
    assert (others["proposals"] == 0).all()
    assert others["popular_score"].notna().any()
    assert (others["popular_score"].dropna() < 1).all()  # behind the first that it proposed


def test_a_pair_does_not_depend_on_the_others_that_are_given(small, asked, models):
    source = Source(*small, RUN)
    found, pairs = union(asked, source, models), watched(small.interactions, asked)
    alone = pairs.groupby("query", as_index=False).first()
    whole = rows(pairs, asked, source, models, found).merge(alone[["query", "item"]])
    pd.testing.assert_frame_equal(rows(alone, asked, source, models, found), whole, check_exact=True)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_day_or_later_moves_a_pair(small, asked, models, kind):
    """Its own watched_pct and total_dur, and whether it was watched at all."""
    day = int(asked["day"].median())
    of_day = asked[asked["day"] == day].assign(query=lambda table: np.arange(len(table), dtype=np.int32))
    pairs = watched(small.interactions, of_day)
    other = small._replace(interactions=corruptions(small.interactions, day)[kind])
    sources = Source(*small, RUN), Source(*other, RUN)
    clean, corrupted = (rows(pairs, of_day, source, models, union(of_day, source, models)) for source in sources)
    assert len(clean)
    pd.testing.assert_frame_equal(corrupted, clean, check_exact=True)
