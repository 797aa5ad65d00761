"""Hand-computed running totals: item 1 has two rows on day 3 and one on day 5, item 2 one on day 4."""

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from twostage import running


@pytest.fixture
def table():
    connection = ibis.duckdb.connect()

    def make(name: str, **columns: list[int]) -> ibis.Table:
        connection.con.register("frame", pa.Table.from_pandas(pd.DataFrame(columns)))
        connection.raw_sql(f"CREATE TEMP TABLE {name} AS FROM frame")
        return connection.table(name)

    return make


@pytest.fixture
def totals(table):
    return running.totals(table("log", item=[1, 1, 1, 2], day=[3, 3, 5, 4], n=[1, 1, 1, 1]), ["item"], ["n"])


def test_totals_hold_a_row_for_each_day_with_rows(totals):
    found = totals.order_by("item", "day").to_pandas()
    assert found.to_numpy().tolist() == [[1, 3, 2], [1, 5, 3], [2, 4, 1]]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(
            0, {(1, 3): None, (1, 4): 2, (1, 6): 3, (2, 4): None, (2, 5): 1}, id="a row of the day is no part"
        ),
        pytest.param(
            1, {(1, 3): None, (1, 4): None, (1, 6): 2, (2, 4): None, (2, 5): None}, id="nor one of the window"
        ),
    ],
)
def test_before_gives_the_totals_of_the_last_earlier_day(table, totals, days, expected):
    keys = table("keys", item=[1, 1, 1, 2, 2], as_of=[3, 4, 6, 4, 5])
    found = running.before(keys, totals, ["item"], days).to_pandas()
    assert {(row.item, row.as_of): None if pd.isna(row.n) else row.n for row in found.itertuples()} == expected
