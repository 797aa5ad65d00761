"""What every feature promises; the families of src/twostage/features/ are found by their files."""

import ibis
import ibis.expr.operations as ops
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tests.small import KINDS, RUN, corruptions
from twostage import features, featurise
from twostage.base.params import Run
from twostage.base.tables import LogTables
from twostage.engine import formula
from twostage.engine.beside import KEY, Keyed, Laid, beside
from twostage.engine.history import History
from twostage.engine.plan import compiled
from twostage.engine.source import Source
from twostage.features import Family

OF_KIND = {"user": ("query",), "item": ("as_of", "item")}  # keys of a table that is no part
GENERATORS = ["first", "second"]
BARE = frozenset({"user", "item", "day", "total_dur", "watched_pct"})
FEATURES = [
    feature.replace("GENERATOR", generator)
    for family in features.families()
    for feature in family.meanings
    for generator in (GENERATORS if "GENERATOR" in feature else [""])
]


@pytest.fixture(scope="module")
def candidates(queries: pd.DataFrame, small: LogTables) -> pd.DataFrame:
    """Five random items for every query, with ranks and scores of two generators."""
    rng = np.random.default_rng(0)
    item = rng.permuted(np.tile(np.arange(len(small.items)), (len(queries), 1)), axis=1)[:, :5]
    rows = pd.DataFrame({"query": np.repeat(queries["query"], 5), "item": np.sort(item, axis=1).ravel()})
    for name in GENERATORS:
        rows[f"{name}_rank"] = np.where(rng.random(len(rows)) < 0.5, rng.integers(1, 9, len(rows)), np.nan)
        rows[f"{name}_score"] = rng.random(len(rows))
    return rows.astype({"query": np.int32, "item": np.int32}).reset_index(drop=True)


def rows(
    tables: LogTables,
    queries: pd.DataFrame,
    candidates: pd.DataFrame,
    interactions: pd.DataFrame | None = None,
    kind=Source,
) -> pd.DataFrame:
    """Features over these interactions in place of the log's own."""
    log = tables.interactions if interactions is None else interactions
    return featurise.featurise(kind(log, tables.users, tables.items, RUN), queries, candidates, GENERATORS)


def moved(a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """Columns of the two tables that differ in a bit."""
    assert list(a) == list(b)
    return [name for name in a if a[name].to_numpy().tobytes() != b[name].to_numpy().tobytes()]


@pytest.fixture(scope="module")
def clean(small: LogTables, queries: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    return rows(small, queries, candidates)


@pytest.fixture(scope="module", params=KINDS)
def of_corrupted(
    request: pytest.FixtureRequest, small: LogTables, queries: pd.DataFrame, candidates: pd.DataFrame, cutoff: int
) -> pd.DataFrame:
    """Features over the log with its rows of the cutoff and later corrupted."""
    return rows(small, queries, candidates, corruptions(small.interactions, cutoff)[request.param])


@pytest.fixture(scope="module")
def scrambled(small: LogTables, cutoff: int) -> pd.DataFrame:
    return corruptions(small.interactions, cutoff)["scrambled"]


class SameDay(Source):
    """A planted leak: the rows of the query's own day are let in."""

    def __init__(self, interactions: pd.DataFrame, users: pd.DataFrame, items: pd.DataFrame, run: Run) -> None:
        super().__init__(interactions.assign(day=interactions["day"] - 1), users, items, run)


@pytest.fixture(scope="module")
def let_in(small: LogTables, queries: pd.DataFrame, candidates: pd.DataFrame, scrambled: pd.DataFrame) -> set[str]:
    """Columns that the corrupted rows move where those of the query's own day are let in."""
    return set(moved(*(rows(small, queries, candidates, log, SameDay) for log in (None, scrambled))))


def item_back_door(history: History):
    """A planted leak: a family that reads the whole log behind its history's back."""
    log = history.items.get_backend().table("log")
    watches = log.group_by("item").aggregate(item_back_door=log.user.sum() + log.count())
    return history.queries.select("as_of").distinct().cross_join(watches)


def by_query(history: History) -> Laid:
    log = history.items.get_backend().table("log")
    watched = log.group_by("user").aggregate(leak=log.item.sum())
    laid = beside(history.queries.select("query", "user").inner_join(watched, "user").select("query", "leak"))
    return laid.select(pair_leak=laid.pairs.leak)


def by_day_and_item(history: History) -> Laid:
    laid = beside(item_back_door(history))
    return laid.select(pair_leak=laid.pairs.item_back_door)


def by_value(history: History) -> Laid:
    log = history.items.get_backend().table("log").inner_join(history.values("genres"), "item")
    watches = log.group_by("value").aggregate(leak=log.user.sum())
    laid = beside(Keyed(history.queries.select("as_of").distinct().cross_join(watches), "genres"))
    return laid.select(pair_leak=laid.pairs.leak)


def by_query_and_value(history: History) -> Laid:
    log = history.items.get_backend().table("log").inner_join(history.values("genres"), "item")
    mine = history.queries.select("query", "user").inner_join(log, "user")
    laid = beside(Keyed(mine.group_by(["query", "value"]).aggregate(leak=mine.day.max()), "genres", least=True))
    return laid.select(pair_leak=laid.pairs.leak)


def by_segment_and_value(history: History) -> Laid:
    log = history.items.get_backend().table("log").inner_join(history.values("genres"), "item")
    asked = history.queries.select("as_of", "segment").distinct()
    mine = asked.cross_join(log.group_by("value").aggregate(leak=log.user.sum()))
    laid = beside(Keyed(mine, "genres"))
    return laid.select(pair_leak=laid.pairs.leak)


class TestEveryFeature:
    @pytest.mark.parametrize("feature", FEATURES)
    def test_rows_on_the_day_and_later_do_not_move_it(self, feature, clean, of_corrupted):
        assert feature not in moved(clean, of_corrupted)

    @pytest.mark.parametrize("feature", FEATURES)
    def test_it_has_a_value_somewhere(self, feature, clean):
        assert clean[feature].notna().any()

    def test_the_declared_ones_are_the_columns(self, clean):
        assert sorted(clean.columns) == sorted(["query", "item", *FEATURES])
        assert set(clean[FEATURES].dtypes) == {np.dtype("float32")}

    def test_pairs_are_those_of_the_candidates(self, clean, candidates):
        assert clean[["query", "item"]].equals(candidates[["query", "item"]])

    def test_rows_of_one_day_alone_are_the_same(self, small, queries, candidates, clean, cutoff, scrambled):
        source = Source(scrambled, small.users, small.items, RUN)  # asked again: nothing of the day before may stay
        for day in (cutoff, cutoff - 3):
            part = queries[queries["day"] == day]
            pairs = candidates[candidates["query"].isin(part["query"])].reset_index(drop=True)
            found = featurise.featurise(source, part, pairs, GENERATORS)
            assert moved(clean[clean["query"].isin(part["query"])].reset_index(drop=True), found) == []

    def test_numbers_of_the_labels_own_row_do_not_move_it(self, small, clean, queries, candidates, cutoff):
        own = small.interactions["day"] == cutoff  # every user of these rows is asked for on this day
        assert own.sum() > 20
        log = small.interactions.copy()
        log.loc[own, ["total_dur", "watched_pct"]] = 99_999
        log.loc[own, "time"] = 86_399
        assert moved(clean, rows(small, queries, candidates, log)) == []


@pytest.mark.usefixtures("log_in_the_database")
class TestTheComparisonSeesALeak:
    def test_of_the_querys_own_day_in_every_family_that_reads_rows(self, let_in):
        still = {"item_release_year", "item_type", "item_rating", "user_age", "user_sex", "user_income"}
        for family in features.families():
            if family.kind != "generator" and not still & family.meanings.keys():
                assert family.meanings.keys() & let_in, family.name

    def test_of_a_family_that_reads_the_log_and_names_it(self, small, queries, candidates, scrambled, monkeypatch):
        planted = Family("back_door", "item", frozenset(), {"item_back_door": "sum of the watchers"}, item_back_door)
        monkeypatch.setitem(features._families, "back_door", planted)
        found = moved(rows(small, queries, candidates), rows(small, queries, candidates, scrambled))
        assert found == ["item_back_door"]

    @pytest.mark.parametrize("leak", [by_query, by_day_and_item, by_value, by_query_and_value, by_segment_and_value])
    def test_of_a_table_laid_beside_the_pairs_whatever_its_key(self, leak, small, queries, candidates, scrambled):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(features, "_families", {"leak": Family("leak", "pair", frozenset(), {"pair_leak": ""}, leak)})
            found = moved(rows(small, queries, candidates), rows(small, queries, candidates, scrambled))
        assert found == ["pair_leak"]

    @pytest.mark.parametrize(
        "name", ["co_watch", "segment_popularity", "age_popularity", "segment_genre_watched", "weekday"]
    )
    def test_of_the_day_itself_in_what_the_framework_counts(self, name, let_in):
        (family,) = [family for family in features.families() if family.name == name]
        assert set(family.meanings) <= let_in


class TestTheRegistry:
    def test_a_kind_is_the_names_prefix(self):
        for family in features.families():
            prefix = "" if family.kind == "generator" else f"{family.kind}_"
            assert all(feature.startswith(prefix) for feature in family.meanings), family.name

    def test_no_name_stands_twice(self):
        assert len(set(FEATURES)) == len(FEATURES)

    def test_a_table_keeps_to_its_key(self, small, queries, candidates):
        """The kind's key, or less of a family that gives its values itself, else those of what it lays beside pairs."""
        source = Source(*small, RUN)
        history = source.history(source.layout(queries, candidates), GENERATORS)
        for family in features.families():
            built = family.build(history)
            parts = built.parts if isinstance(built, Laid) else [Keyed(built)]
            for part in parts:
                if isinstance(part, Keyed):
                    table = part.table.to_pandas()
                    allowed = KEY if isinstance(built, Laid) else OF_KIND[family.kind]
                    keys = [name for name in allowed if name in table]
                    assert keys or isinstance(built, Laid), family.name
                    assert not table.duplicated(list(keys)).any(), family.name

    def test_every_table_is_an_expression_that_a_distributed_engine_takes(self, small, queries, candidates):
        source = Source(*small, RUN)
        history = source.history(source.layout(queries, candidates), GENERATORS)
        for family in features.families():
            built = family.build(history)
            parts = [*built.parts, built] if isinstance(built, Laid) else [Keyed(built)]
            for part in parts:
                if isinstance(part, Keyed | Laid):
                    assert ibis.to_sql(part.table.unbind(), dialect="trino"), family.name

    def test_every_formula_over_pairs_has_the_bits_of_the_database(self, small, queries, candidates):
        source = Source(*small, RUN)
        history = source.history(source.layout(queries, candidates), GENERATORS)
        rng = np.random.default_rng(0)
        compared = 0
        for family in features.families():
            built = family.build(history)
            if not isinstance(built, Laid):
                continue
            columns = {name: rng.choice([np.nan, 0, 1, 2.5, 7, 1000], 2000) for name in built.pairs.columns}
            source.connection.con.register("beside", pa.table(columns))
            asked = source.fetch(str(ibis.to_sql(built.table, dialect="duckdb")))
            for name, one in compiled(built, source).formulas.items():
                found, expected = formula.values(one, columns), asked.column(name).to_numpy()
                if one.find(ops.Log2):
                    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-14)
                else:
                    np.testing.assert_array_equal(found, expected, err_msg=name)
                compared += 1
        assert compared > 30

    @pytest.mark.parametrize(("names", "least"), [(BARE, 30), (None, 60)], ids=["bare log", "full log"])
    def test_there_are_enough_of_each_kind(self, names, least, small):
        source = Source(*small, RUN)
        active = features.active(source.names if names is None else names)
        count = {kind: sum(len(f.meanings) for f in active if f.kind == kind) for kind in ("user", "item", "pair")}
        assert count["user"] >= 2
        assert count["item"] >= 2
        assert count["pair"] >= 6
        assert sum(count.values()) >= least  # without those of the generators


@pytest.mark.parametrize("columns", [["user", "item", "day"], sorted(BARE)], ids=["three columns", "and two numbers"])
def test_a_log_without_attributes_has_what_its_columns_allow(small, queries, candidates, clean, columns):
    log = small.interactions[columns]
    users, items = small.users[["user_id"]], small.items[["item_id"]]
    source = Source(log, users, items, RUN)
    found = featurise.featurise(source, queries, candidates, GENERATORS)
    by_columns = features.absent(source.names)
    absent = {name for names in by_columns.values() for name in names}
    assert sorted(found.columns) == sorted(["query", "item", *(name for name in FEATURES if name not in absent)])
    assert "item_release_year" in by_columns["item.release_year"]
    assert ("item_duration" in absent) == ("total_dur" not in columns)
    assert moved(clean[list(found)], found) == []


def test_what_is_kept_for_the_days_reads_nothing_of_the_queries(small, queries, candidates):
    """Else a later part of the queries on these days would get what an earlier one asked for."""
    source = Source(*small, RUN)
    featurise.featurise(source, queries, candidates, GENERATORS)
    assert len(source.kept) > 5
    for sql in source.kept:
        assert not [name for name in ("queries", "own") if f'"{name}"' in sql], sql
