"""What every generator promises; those of src/twostage/generators/ are found by their files."""

import gc
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stages import fit
from tests.small import KINDS, PARAMS, RUN, asked, corruptions, every_pair, known, log, make
from twostage import generators
from twostage.base.params import Run
from twostage.base.tables import NO_ITEM, LogTables
from twostage.generators.kinds import ageing
from twostage.generators.kinds.dense import Dense
from twostage.generators.kinds.factors import Factors
from twostage.generators.kinds.generator import Counted, Generator, Lists
from twostage.generators.kinds.neighbours import Neighbours
from twostage.past.asof import Queries

ALL = generators.names()
COUNTED = [name for name in ALL if issubclass(generators.find(name), Counted)]
FACTORS = [name for name in ALL if issubclass(generators.find(name), (Factors, Dense)) and name != "two_tower"]
NEIGHBOURS = [name for name in ALL if issubclass(generators.find(name), Neighbours)]
SERVES_COLD_USERS = ["two_tower"]  # personal, and yet with an answer for a user without history
N = 10


@pytest.fixture(scope="module", params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(name: str, small: LogTables, cutoff: int) -> Generator:
    fitted = make(name)
    fitted.fit(known(small.interactions, small).before(cutoff))
    return fitted


@pytest.fixture(scope="module")
def some(queries: pd.DataFrame, small: LogTables) -> Queries:
    return over(queries, small.interactions, small)


def over(queries: pd.DataFrame, interactions: pd.DataFrame, tables: LogTables) -> Queries:
    return Queries(queries["user"].to_numpy(), queries["day"].to_numpy(), known(interactions, tables))


def same(a: Lists, b: Lists) -> bool:
    """To the bit."""
    return a.items.tobytes() == b.items.tobytes() and a.scores.tobytes() == b.scores.tobytes()


class TestEveryGenerator:
    def test_listed_scores_are_those_of_the_pairs(self, model, some):
        lists = model.retrieve(some, N, exclude_seen=True)
        query, place = np.nonzero(lists.items != NO_ITEM)
        assert len(query) > len(some) * N / 2
        found = model.score(some, query, lists.items[query, place])
        np.testing.assert_allclose(found, lists.scores[query, place], rtol=1e-5)

    @pytest.mark.parametrize("exclude_seen", [True, False])
    def test_a_list_is_the_best_of_all_pairs_in_order(self, model, some, exclude_seen):
        scores = model.score(some, *every_pair(some)).reshape(len(some), -1)
        if exclude_seen:
            scores[some.seen.toarray() > 0] = np.nan
        best = -np.sort(-scores, axis=1)[:, :N]  # NaN last
        np.testing.assert_allclose(model.retrieve(some, N, exclude_seen).scores, best, rtol=1e-5)

    def test_no_item_stands_twice_and_padding_is_at_the_end(self, model, some):
        lists = model.retrieve(some, some.n_items + 50, exclude_seen=True)
        assert lists.items.shape == (len(some), some.n_items + 50)
        assert ((lists.items == NO_ITEM) == np.isnan(lists.scores)).all()
        for items in lists.items:
            filled = items[items != NO_ITEM]
            assert len(set(filled)) == len(filled)
            assert (items[len(filled) :] == NO_ITEM).all()

    def test_a_shorter_list_is_the_start_of_a_longer_one(self, model, some):
        long = model.retrieve(some, some.n_items + 50, exclude_seen=True)
        assert same(model.retrieve(some, N, exclude_seen=True), Lists(long.items[:, :N], long.scores[:, :N]))

    def test_what_was_seen_before_the_day_returns_only_where_it_may(self, model, some):
        seen = some.seen.toarray() > 0
        rows = np.arange(len(some))[:, None]
        for exclude_seen in (True, False):
            items = model.retrieve(some, some.n_items, exclude_seen).items
            assert ((items != NO_ITEM) & seen[rows, items]).any() == (not exclude_seen)

    def test_an_item_that_nobody_watched_before_the_day_has_no_score(self, model, some, small, cutoff):
        before = small.interactions[small.interactions["day"] < cutoff]
        unknown = sorted(set(range(some.n_items)) - set(before["item"]))
        assert unknown, "the log must have an item that appears after the cutoff"
        item = np.array(unknown, dtype=np.int32)
        assert np.isnan(model.score(some, np.zeros(len(item), dtype=np.int64), item)).all()
        assert not np.isin(model.retrieve(some, some.n_items, exclude_seen=False).items, item).any()

    def test_saved_and_loaded_it_answers_the_same(self, model, some, tmp_path):
        model.save(tmp_path / "model.npz")
        loaded = type(model).load(tmp_path / "model.npz", model.run)
        assert (loaded.params, loaded.last_day) == (model.params, model.last_day)
        assert same(loaded.retrieve(some, N, True), model.retrieve(some, N, True))
        pairs = every_pair(some)
        assert loaded.score(some, *pairs).tobytes() == model.score(some, *pairs).tobytes()

    @pytest.mark.parametrize("kind", KINDS)
    def test_rows_on_the_day_and_later_change_no_list_and_no_score(self, model, queries, some, small, cutoff, kind):
        other = over(queries, corruptions(small.interactions, cutoff)[kind], small)
        assert same(model.retrieve(other, N, True), model.retrieve(some, N, True))
        query, item = every_pair(some)
        assert model.score(other, query, item).tobytes() == model.score(some, query, item).tobytes()

    @pytest.mark.parametrize("kind", KINDS)
    def test_rows_on_the_cutoff_and_later_change_no_byte_of_the_file(self, model, name, small, cutoff, kind, tmp_path):
        again = make(name)
        again.fit(known(corruptions(small.interactions, cutoff)[kind], small).before(cutoff))
        assert again.last_day < cutoff
        assert saved(again, tmp_path / "again.npz") == saved(model, tmp_path / "model.npz")

    def test_a_second_fit_forgets_the_first(self, model, name, some, small, cutoff):
        again, (query, item) = make(name), every_pair(some)
        for day in (cutoff - 12, cutoff):
            again.fit(known(small.interactions, small).before(day))
            lists, scores = again.retrieve(some, N, True), again.score(some, query, item)
        assert same(lists, model.retrieve(some, N, True))
        assert scores.tobytes() == model.score(some, query, item).tobytes()

    def test_two_fits_on_two_threads_give_the_same_bytes(self, name, small, cutoff, tmp_path):
        past = known(small.interactions, small).before(cutoff)
        files = []
        for place in range(2):
            quick = make(name)
            model = type(quick)(quick.params, quick.run.model_copy(update={"threads": 2}))
            model.fit(past)
            files.append(saved(model, tmp_path / f"{place}.npz"))
        assert files[0] == files[1]

    def test_a_catalogue_and_users_to_come_move_no_list(self, model, name, some, small, cutoff):
        """Items and users without a row, with attributes that nobody else has, behind those that there are."""
        items, users = small.items.tail(3).copy(), small.users.tail(3).copy()
        for table in (items, users):
            table.iloc[:, 0] = [10**9, 10**9 + 1, 10**9 + 2]
            for column in set(table) & {"age", "sex", "genres", "content_type"}:
                table[column] = ["0 first", "5 new", "z last"]
        more = small._replace(
            users=pd.concat([small.users, users], ignore_index=True),
            items=pd.concat([small.items, items], ignore_index=True),
        )
        again = make(name)
        again.fit(known(small.interactions, more).before(cutoff))
        asked = Queries(some.user, some.day, known(small.interactions, more))
        assert again.retrieve(asked, N, True).items.tolist() == model.retrieve(some, N, True).items.tolist()

    def test_what_a_fit_chooses_is_told_before_and_after_it_is_saved(self, model, tmp_path):
        model.save(tmp_path / "model.npz")
        assert type(model).load(tmp_path / "model.npz", model.run).chosen() == model.chosen()

    def test_a_model_and_its_queries_go_with_their_last_use(self, model, queries, small, tmp_path):
        """Of many parts and folds each would stay until Python looks for cycles, if it held itself."""
        model.save(tmp_path / "model.npz")
        loaded, asked = (
            type(model).load(tmp_path / "model.npz", model.run),
            over(queries[:20], small.interactions, small),
        )
        loaded.score(asked, *every_pair(asked))
        loaded.retrieve(asked, N, exclude_seen=True)
        watched = weakref.ref(loaded), weakref.ref(asked)
        gc.disable()
        try:
            del loaded, asked
            assert [found() for found in watched] == [None, None]
        finally:
            gc.enable()

    def test_two_threads_give_the_same_lists(self, model, some, tmp_path):
        model.save(tmp_path / "model.npz")
        other = type(model).load(tmp_path / "model.npz", model.run.model_copy(update={"threads": 2}))
        assert same(other.retrieve(some, N, True), model.retrieve(some, N, True))

    def test_a_query_is_answered_the_same_in_any_company(self, model, some):
        lists, (query, item) = model.retrieve(some, N, True), every_pair(some)
        scores = model.score(some, query, item).reshape(len(some), -1)
        shuffled = np.random.default_rng(0).permutation(len(some))
        for places in (shuffled, *(shuffled[:size] for size in (1, 7, 101, 130))):
            part = some.at(places)
            assert same(model.retrieve(part, N, True), Lists(lists.items[places], lists.scores[places]))
            assert model.score(part, *every_pair(part)).tobytes() == scores[places].tobytes()

    def test_no_query_gives_no_list(self, model, some):
        none = some.at(slice(0))
        assert model.retrieve(none, N, True).items.shape == (0, N)
        assert model.score(none, np.empty(0, np.int64), np.empty(0, np.int32)).shape == (0,)

    def test_users_of_whom_nothing_is_known_are_all_served_or_none(self, name):
        """Never in the log, without a row yet, or with none but of an item that the fit doesn't know."""
        log_of_all, model = log(LATE), fitted_before_13(name)
        for users in (((9, 13), (3, 13)), ((9, 14), (8, 14), (3, 14))):
            queries = asked([*users], log_of_all)
            lists = model.retrieve(queries, 5, exclude_seen=False)
            scores = model.score(queries, *every_pair(queries)).reshape(len(users), -1)
            assert len({frozenset(items) for items in lists.items}) == 1
            assert (np.isnan(scores) == np.isnan(scores[0])).all()
            assert (lists.items == NO_ITEM).all() == np.isnan(scores).all()

    def test_no_table_of_all_users_and_items_is_held(self, name):
        """Of numpy's arrays: of torch's tensors tracemalloc knows nothing, see `in_blocks`."""
        users, items = 4000, 2000
        rows = log([(user, (user * 7 + day) % items, 1 + day) for user in range(users) for day in range(2)])
        model, queries = make(name), asked([(user, 9) for user in range(users)], rows)
        model.fit(rows)
        query, item = np.repeat(np.arange(users), 20), np.tile(np.arange(0, items, items // 20), users)
        model.retrieve(queries.at(slice(200)), N, exclude_seen=True)  # what is counted once
        tracemalloc.start()
        try:
            model.retrieve(queries, N, exclude_seen=True)
            model.score(queries, query, item.astype(np.int32))
            assert tracemalloc.get_traced_memory()[1] < users * items * 4 / 2
        finally:
            tracemalloc.stop()

    def test_one_item_in_the_catalogue(self, name):
        few = log([(user, 0, 10 + user) for user in range(3)], total_dur=[10, 20, 30])
        model = make(name)
        model.fit(few)
        lists = model.retrieve(asked([(0, 20), (0, 10), (7, 20)], few), 3, exclude_seen=False)
        assert set(lists.items.ravel()) <= {0, NO_ITEM}
        assert (lists.items[:, 1:] == NO_ITEM).all()
        assert (model.retrieve(asked([(0, 20)], few), 3, exclude_seen=True).items == NO_ITEM).all()


def saved(model: Generator, path: Path) -> bytes:
    model.save(path)
    return path.read_bytes()


# Users 0 to 2 watch items 0 to 3 up to day 12. User 3 watches only item 4, which no fit before day 13 knows.
LATE = [(0, 0, 10), (0, 1, 11), (1, 1, 10), (1, 2, 11), (2, 2, 11), (2, 3, 12), (3, 4, 13)]


def fitted_before_13(name: str) -> Generator:
    model = make(name)
    model.fit(log(LATE).before(13))
    return model


# User 0 watched items 0 and 1: what a model can name beside them. Item 2 stands beside 1, item 3 only beside 2.
PERSONAL = {name: {2, 3} for name in FACTORS} | {name: {2} for name in NEIGHBOURS}


def test_every_generator_is_of_a_kind_whose_defaults_are_stated_here():
    assert sorted([*COUNTED, "fresh", *PERSONAL, *SERVES_COLD_USERS]) == ALL  # fresh names new items alone


@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize(
    "query",
    [
        pytest.param((9, 14), id="never in the log"),
        pytest.param((3, 13), id="no history yet"),
        pytest.param((3, 14), id="only items that it doesn't know"),
    ],
)
def test_nothing_is_said_of_a_user_without_a_known_item(name, query):
    model, queries = fitted_before_13(name), asked([query, (0, 14)], log(LATE))
    lists = model.retrieve(queries, 3, exclude_seen=True)
    assert (lists.items[0] == NO_ITEM).all()
    assert set(lists.items[1]) == {*PERSONAL[name], NO_ITEM}
    scores = model.score(queries, np.array([0, 0, 1, 1, 1]), np.array([0, 3, 2, 3, 4]))
    assert np.isnan(scores).tolist() == [True, True, False, 3 not in PERSONAL[name], True]


@pytest.mark.parametrize("name", [name for name in PERSONAL if name not in ("als", "bpr", "ease")])
def test_where_nobody_watched_a_second_item_what_learns_from_pairs_of_them_says_nothing(name, tmp_path):
    single = [(user, user % 5, 10 + user) for user in range(30)]
    model, queries = make(name), asked([(0, 50), (9, 50)], log(single))
    model.fit(log(single))
    model.save(tmp_path / "model.npz")
    for some in (model, type(model).load(tmp_path / "model.npz", model.run)):
        assert (some.retrieve(queries, 3, exclude_seen=False).items == NO_ITEM).all()
        assert np.isnan(some.score(queries, *every_pair(queries))).all()


@pytest.mark.parametrize("name", COUNTED)
def test_counts_serve_a_user_without_history(name):
    queries = asked([(9, 14), (3, 14), (0, 14)], log(LATE))
    scores = fitted_before_13(name).score(queries, *every_pair(queries)).reshape(3, -1)
    assert not np.isnan(scores).any()
    assert (scores == scores[0]).all()
    assert sorted(fitted_before_13(name).retrieve(queries, 5, exclude_seen=True).items[0]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", SERVES_COLD_USERS)
def test_a_user_without_history_is_served_what_has_a_row_before_the_day(name):
    queries = asked([(9, 13), (9, 14), (3, 14)], log(LATE))
    lists = fitted_before_13(name).retrieve(queries, 5, exclude_seen=True).items
    assert [set(items) for items in lists] == [{0, 1, 2, 3, NO_ITEM}] * 3  # nothing is known of item 4


@pytest.mark.parametrize("name", ["popular", "als", "sasrec", "fresh"])
def test_what_a_fit_may_choose_is_told(name):
    assert "days" in fitted_before_13(name).chosen()


@pytest.mark.parametrize("name", ["als", "sasrec"])
def test_half_lives_are_tried_on_the_log_that_is_given(name, small, cutoff, monkeypatch):
    seen = []

    def told(log, given, instead, run):
        seen.append(int(log.day.max()))
        return 7.0

    monkeypatch.setattr(ageing, "half_life", told)
    log = known(small.interactions, small).before(cutoff)
    fitted = make(name)
    fitted.fit(log, log.before(cutoff - 9))
    fitted.fit(log)
    assert seen == [int(log.before(cutoff - 9).day.max()), int(log.day.max())]
    assert fitted.half_life == 7


def test_the_final_folds_fit_tries_values_on_the_days_before_the_test(small, cutoff, monkeypatch, tmp_path):
    seen = {}

    def fitted(self, log, tried_on=None):
        seen[int(log.day.max())] = int(tried_on.day.max())
        self.last_day = int(log.day.max())
        self.windows = [7]

    monkeypatch.setattr(generators.find("popular"), "fit", fitted)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_bytes(PARAMS.read_bytes())
    log = known(small.interactions, small)
    last, loaded = int(log.day.max()), fit.Loaded(log, cutoff, RUN)
    for name, start in (("valid_1", cutoff - 10), ("test", cutoff), ("final", last + 1)):
        fit.fit("popular", loaded, (name, start))
    assert seen == {day: min(day, cutoff - 1) for day in (cutoff - 11, cutoff - 1, last)}


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=f"unknown 'popluar'; known: {', '.join(ALL)}"):
        generators.find("popluar")


@pytest.mark.parametrize("name", ALL)
def test_params_yaml_holds_a_section_that_makes_it(name, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])
    assert isinstance(generators.make(name, Run(seed=1, threads=1, memory="1GB")), generators.find(name))
