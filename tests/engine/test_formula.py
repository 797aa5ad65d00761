import duckdb
import ibis
import ibis.expr.operations as ops
import numpy as np
import pyarrow as pa
import pytest

from twostage.engine import formula

NUMBERS = [0.0, -0.0, 1.0, -2.5, 3.0, 1e300, np.nan, np.inf, -np.inf]
COLUMNS = dict(zip("abc", np.stack(np.meshgrid(NUMBERS, NUMBERS, NUMBERS)).reshape(3, -1), strict=True))
PAIRS = ibis.table(dict.fromkeys(COLUMNS, "float64"), name="pairs")
A, B, C = (PAIRS[name] for name in "abc")
POSITIVE = A.isnan().ifelse(1, A.nullif(0)) * A + 1  # the database has no logarithm of less than 0


def asked_of_the_database(value: ibis.Value) -> np.ndarray:
    with duckdb.connect() as connection:
        connection.register("pairs", pa.table(COLUMNS))
        found = connection.sql(str(ibis.to_sql(PAIRS.select(found=value), dialect="duckdb"))).to_arrow_table()
    return found.column("found").to_numpy()


CASES = {
    "column": A,
    "add": A + B,
    "subtract": A - B,
    "multiply": A * B,
    "divide": A / B,
    "literals": 1000 * A + 1 / (B + 20),
    "not nan, counted": (~A.isnan()).cast("int32") + (~B.isnan()).cast("int32"),
    "if else": A.isnan().ifelse(B, C),
    "null if a literal": A.nullif(0),
    "null if a column": A.nullif(B) + C,
    "least: NaN is the greatest": ibis.least(A, B, C),
    "a part that stands twice": (A / B + C) / (A / B),
}


@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in CASES.items()])
def test_every_operation_has_the_bits_of_the_database(value):
    np.testing.assert_array_equal(formula.values(value.op(), COLUMNS), asked_of_the_database(value))


def test_logarithms_are_those_of_the_database_but_for_the_last_bits():
    found = formula.values(POSITIVE.log2().op(), COLUMNS)
    np.testing.assert_allclose(found, asked_of_the_database(POSITIVE.log2()), rtol=1e-15)


def test_a_logarithm_of_no_positive_number_is_none():
    found = formula.values(A.log2().op(), {"a": np.array([4.0, 0.0, -1.0, np.nan])})
    np.testing.assert_array_equal(found, [2, np.nan, np.nan, np.nan])


def test_every_known_operation_was_compared():
    compared = {type(node) for value in (*CASES.values(), POSITIVE.log2()) for node in value.op().find(ops.Value)}
    assert compared == {ops.Field, *formula.KNOWN}


def test_a_cast_that_would_round_is_refused():
    with pytest.raises(TypeError, match=r"^pair_whole: Cast isn't among"):
        formula.check("pair_whole", A.cast("int32").op())


def test_another_operation_is_named():
    formula.check("known", (A + 1).op())
    with pytest.raises(TypeError, match=r"^pair_root: Sqrt isn't among .*Add, Cast,.*engine/formula\.py$"):
        formula.check("pair_root", (A + B.sqrt()).op())
