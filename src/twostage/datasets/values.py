"""Columns of text as ids, dates, numbers and strings."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from twostage.datasets.table import Column

# 18 digits fit into int64. "7.0" is what pandas makes of a 7 in a column that had a gap.
INTEGER = r"^(0|-?[1-9][0-9]{0,17})(\.0+)?$"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
GROUPS, MOST_NUMBERS = 6, 12  # more numbers than this, as of ages, are cut into so many ranges
# Ids that pandas, SQL, R and Python write where there is none.
MISSING = ["", "nan", "NaN", "NULL", "null", r"\N", "NA", "<NA>", "None"]
# Since 1970-01-01; from 1973 and 2001 on. 12 digits are 202105312015 as well, and 10 may be 2021053120.
EPOCHS = ((r"^[0-9]{9,10}(\.0+)?$", "s"), (r"^[0-9]{13}(\.0+)?$", "ms"), (r"^[0-9]{16}(\.0+)?$", "us"))
HOURS = r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])([01][0-9]|2[0-3])$"
LATEST = pd.Timestamp("2200-01-01")
EXPECTED = "a date such as 2021-05-31 or a time such as 2021-05-31 20:15:00, or in all rows seconds since 1970"
MIDNIGHTS = r"^\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?$"
DATE = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?$"


def ids(columns: Sequence[Column]) -> list[pd.Series]:
    """Ids of one kind in several files, all int64 or all strings.

    Integers only where every id is written as one: 007 stays text, and then so do all others, for an id that
    is 7 in one file and "7" in the next would match nothing.

    Raises
    ------
    InputError
        If an id is empty, or a word of MISSING: all who have none would become one.
    """
    texts = [compute.utf8_trim_whitespace(column.values) for column in columns]
    for column, values in zip(columns, texts, strict=True):
        column.reject_empty()
        column.reject(np.asarray(compute.is_in(values, pa.array(MISSING))), "an id")
    whole = all(_matches(values, INTEGER).all() for values in texts)
    convert = _whole if whole else _strings
    return [_taken(column, convert(values)) for column, values in zip(columns, texts, strict=True)]


def dates(column: Column) -> pd.Series:
    """Timestamps, UTC, microseconds; a date alone is its midnight.

    A stated time zone is converted to UTC, since days must be the same for everyone; where all times are midnights of
    their own zones they are dates, and stay so. Where all are whole numbers as long as today's they are seconds,
    milliseconds or microseconds since 1970-01-01.

    Raises
    ------
    InputError
        If a value is empty, isn't a date or lies after LATEST, which a date that stands for none does.
    """
    column.reject_empty()
    texts = compute.utf8_trim_whitespace(column.values)
    found = _times(texts)
    column.reject(found.isna().to_numpy(), EXPECTED)
    column.reject((found >= LATEST).to_numpy(), f"a date before {LATEST.date()}")
    return _taken(column, found)


def _times(texts: pa.Array) -> pd.Series:
    for pattern, unit in EPOCHS:
        if _matches(texts, pattern).all() and not _matches(texts, HOURS).all():
            whole = compute.replace_substring_regex(texts, r"\..*$", "").cast(pa.int64())
            return pd.Series(whole.cast(pa.timestamp(unit)).cast(pa.timestamp("us")).to_numpy())
    if _matches(texts, MIDNIGHTS).all():
        texts = compute.utf8_slice_codeunits(texts, 0, 10)
    try:
        return pd.Series(texts.cast(pa.timestamp("us")).to_numpy())
    except pa.ArrowInvalid:  # a time zone, or no date at all
        return _parsed(texts)


def _parsed(texts: pa.Array) -> pd.Series:
    """Missing where a text is no date; slower than a cast, but takes zones, and one bad value spares the others."""
    well_formed = pd.Series(np.where(_matches(texts, DATE), texts.to_numpy(zero_copy_only=False), None), dtype=object)
    well_formed = well_formed.str.replace("UTC", "Z")
    found = pd.to_datetime(well_formed, format="ISO8601", utc=True, errors="coerce")
    return found.dt.tz_localize(None).dt.as_unit("us")


def numbers(column: Column, low: int, high: int, whole: bool) -> pd.Series:
    """float64, NaN where nothing is written.

    Raises
    ------
    InputError
        If a value isn't a number, lies outside the range or must be whole and isn't.
    """
    nothing = _nan(column)
    kind = "a whole number" if whole else "a number"
    span = f"{kind} from {low}" + (f" to {high}" if high < 2**31 - 1 else "")
    column.reject(~(_numeric(column) | nothing), span)
    found = compute.utf8_trim_whitespace(column.values).cast(pa.float64()).to_numpy()
    outside = (found < low) | (found > high)
    column.reject(outside | (whole & (found != np.rint(found)) & ~nothing), span)
    return pd.Series(np.append(found, np.nan)[column.codes])


def texts(column: Column) -> int:
    """How many of the distinct values are neither numbers nor nan."""
    return int((~(_numeric(column) | _nan(column))).sum())


def groups(column: Column) -> pd.Series:
    """Text as it stands; of more than MOST_NUMBERS numbers the range, such as "2: 25 to 34", that each lies in.

    The ranges are GROUPS of about as many rows each, or fewer; their text is in the order of the numbers.
    """
    numeric = _numeric(column)
    if numeric.sum() <= MOST_NUMBERS:
        return strings(column)
    number = np.full(len(numeric), np.nan)
    number[numeric] = np.asarray(column.values)[numeric].astype(float)
    rows = number[column.codes[column.codes >= 0]]
    ends = np.unique(np.quantile(rows[~np.isnan(rows)], np.arange(1, GROUPS) / GROUPS, method="lower"))
    place = np.searchsorted(ends, number)
    said = np.asarray(column.values, dtype=object)
    said[_nan(column)] = None
    for at in np.unique(place[numeric]):
        inside = numeric & (place == at)
        said[inside] = f"{at + 1}: {number[inside].min():.15g} to {number[inside].max():.15g}"
    return _taken(column, pd.Series(pd.array(said, dtype="string[pyarrow]")))


def strings(column: Column) -> pd.Series:
    """Text as it stands, missing where empty."""
    return _taken(column, _strings(column.values))


def _numeric(column: Column) -> np.ndarray:
    return _matches(compute.utf8_trim_whitespace(column.values), NUMBER)


def _nan(column: Column) -> np.ndarray:
    """A missing number, as in `numbers`."""
    return np.asarray(compute.equal(compute.utf8_lower(compute.utf8_trim_whitespace(column.values)), "nan"))


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(compute.match_substring_regex(texts, pattern), dtype=bool)


def _whole(texts: pa.Array) -> pd.Series:
    return pd.Series(compute.replace_substring_regex(texts, r"\.0+$", "").cast(pa.int64()).to_numpy())


def _strings(texts: pa.Array) -> pd.Series:
    return pd.Series(pd.array(texts, dtype="string[pyarrow]"))


def _taken(column: Column, values: pd.Series) -> pd.Series:
    taken: Any = values.array.take(column.codes, allow_fill=bool((column.codes < 0).any()))
    return pd.Series(taken)
