import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest

from twostage.engine import formula

NUMBERS = [0.0, 1.0, -2.5, 3.0, 1e300, np.nan, np.inf]
COLUMNS = dict(zip("abc", np.stack(np.meshgrid(NUMBERS, NUMBERS, NUMBERS)).reshape(3, -1), strict=True))
PAIRS = ibis.table(dict.fromkeys(COLUMNS, "float64"), name="pairs")
A, B, C = (PAIRS[name] for name in "abc")
POSITIVE = A.isnan().ifelse(1, A.nullif(0)) * A + 1  # the database has no logarithm of less than 0


def asked_of_the_database(value: ibis.Value) -> np.ndarray:
    with duckdb.connect() as connection:
        connection.register("pairs", pa.table(COLUMNS))
        found = connection.sql(str(ibis.to_sql(PAIRS.select(found=value), dialect="duckdb"))).to_arrow_table()
    return found.column("found").to_numpy()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(A, id="column"),
        pytest.param(A + B, id="add"),
        pytest.param(A - B, id="subtract"),
        pytest.param(A * B, id="multiply"),
        pytest.param(A / B, id="divide"),
        pytest.param(1000 * A + 1 / (B + 20), id="literals"),
        pytest.param((~A.isnan()).cast("int32") + (~B.isnan()).cast("int32"), id="not nan, counted"),
        pytest.param(A.isnan().ifelse(B, C), id="if else"),
        pytest.param(A.nullif(0), id="null if a literal"),
        pytest.param(A.nullif(B) + C, id="null if a column"),
        pytest.param(ibis.least(A, B, C), id="least: NaN is the greatest"),
        pytest.param((A / B + C) / (A / B), id="a part that stands twice"),
    ],
)
def test_every_operation_has_the_bits_of_the_database(value):
    np.testing.assert_array_equal(formula.values(value.op(), COLUMNS), asked_of_the_database(value))


def test_logarithms_are_those_of_the_database_but_for_the_last_bits():
    found = formula.values(POSITIVE.log2().op(), COLUMNS)
    np.testing.assert_allclose(found, asked_of_the_database(POSITIVE.log2()), rtol=1e-15)


def test_the_families_operations_are_those_that_were_compared():
    compared = {"Literal", "Cast", "Add", "Subtract", "Multiply", "Divide", "IsNan", "Not", "IfElse", "NullIf", "Least"}
    assert {kind.__name__ for kind in formula.KNOWN} == compared | {"Log2"}


def test_another_operation_is_named():
    formula.check("known", (A + 1).op())
    with pytest.raises(TypeError, match=r"^pair_root: Sqrt isn't among .*Add, Cast,.*engine/formula\.py$"):
        formula.check("pair_root", (A + B.sqrt()).op())
