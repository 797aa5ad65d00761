"""Columns of text as ids, dates, numbers and strings."""

import re
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
N_RANGES, MOST_NUMBERS = 6, 12  # more numbers than this, as of ages, are cut into so many ranges
# What stands for no id where pandas, SQL, R and Python write one, in small letters.
MISSING = ["", "nan", "null", r"\n", "na", "n/a", "<na>", "none"]
# Since 1970-01-01; from 1973 or 2001 to March 2030: 2021053120 and 2105312015 are dates in another form.
EPOCHS = (
    (r"[0-9]{9}|1[0-8][0-9]{8}", "s"),
    *((rf"1[0-8][0-9]{{{n}}}", unit) for n, unit in ((11, "ms"), (14, "us"), (17, "ns"))),
)
EARLIEST, LATEST = pd.Timestamp("1900-01-02"), pd.Timestamp("2200-01-01")
EXPECTED = (
    "a date such as 2021-05-31 or a time such as 2021-05-31 20:15:00, or in all rows seconds (ms, us, ns) since 1970"
)
ZONE = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?"
MIDNIGHT = rf"\d{{4}}-\d{{2}}-\d{{2}}([ T]00:00(:00(\.0+)?)?{ZONE})?"
TIMED = r"\d[ T]\d{2}:\d{2}"
ZONED = TIMED + r".* ?(Z|UTC|[+-]\d{2}(:?\d{2})?)$"
DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}([ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?{ZONE})?"
WHEN = re.compile("|".join([DATE, *(rf"({digits})(\.[0-9]+)?" for digits, _ in EPOCHS)]))


def ids(columns: Sequence[Column]) -> list[pd.Series]:
    """Ids of one kind in several files, all int64 or all strings.

    Integers only where every id is written as one: 007 stays text, and then so do all others, for an id that
    is 7 in one file and "7" in the next would match nothing.

    Raises
    ------
    InputError
        If an id is empty, or one of MISSING in any letters: all who have none would become one.
    """
    texts = [_trimmed(column) for column in columns]
    for column, values in zip(columns, texts, strict=True):
        column.reject_empty()
        missing = compute.is_in(compute.utf8_lower(values), pa.array(MISSING))
        column.reject(np.asarray(missing), "an id, not what is written where there is none")
    whole = all(_matches(values, INTEGER).all() for values in texts)
    convert = _whole if whole else _strings
    return [_taken(column, convert(values)) for column, values in zip(columns, texts, strict=True)]


def dates(columns: Sequence[Column]) -> list[pd.Series]:
    """Timestamps, UTC, microseconds, of the files of one log; a date alone is its midnight.

    A stated time zone is converted to UTC, since days must be the same for everyone; where all times are midnights of
    their own zones they are dates, and stay so. Where all of a file are numbers of today's length they are seconds,
    milliseconds, microseconds or nanoseconds since 1970-01-01.

    Raises
    ------
    InputError
        If a value is empty, isn't a date or lies outside EARLIEST to LATEST, as dates do that stand for none; if some
        times have a zone and others none, which would be two clocks.
    """
    for column in columns:
        column.reject_empty()
    texts = [_trimmed(column) for column in columns]
    if all(_matches(values, f"^{MIDNIGHT}$").all() for values in texts):
        texts = [compute.utf8_slice_codeunits(values, 0, 10) for values in texts]
    zoned = [_matches(values, ZONED) for values in texts]
    if any(of_file.any() for of_file in zoned):
        for column, values, of_file in zip(columns, texts, zoned, strict=True):
            bare = _matches(values, TIMED) & ~of_file
            column.reject(bare, "a time with its zone, as other rows have, or none in all")
    return [_dates(column, _times(column, values)) for column, values in zip(columns, texts, strict=True)]


def _dates(column: Column, found: pd.Series) -> pd.Series:
    column.reject(found.isna().to_numpy(), EXPECTED)
    outside = ((found < EARLIEST) | (found >= LATEST)).to_numpy()
    column.reject(outside, f"a date from {EARLIEST.date()} on and before {LATEST.date()}")
    return _taken(column, found)


def _times(column: Column, texts: pa.Array) -> pd.Series:
    for digits, unit in EPOCHS:
        numbers = _matches(texts, rf"^({digits})(\.[0-9]+)?$")
        if 2 * numbers[column.codes].sum() > len(column.codes):
            column.reject(~numbers, f"{unit} since 1970, as most rows have")
            whole = compute.replace_substring_regex(texts, r"\..*$", "").cast(pa.int64())
            return pd.Series(whole.cast(pa.timestamp(unit)).cast(pa.timestamp("us"), safe=False).to_numpy())
    try:
        return pd.Series(texts.cast(pa.timestamp("us")).to_numpy())
    except pa.ArrowInvalid:  # a time zone, or no date at all
        return _parsed(texts)


def _parsed(texts: pa.Array) -> pd.Series:
    """Missing where a text is no date; slower than a cast, but takes zones, and one bad value spares the others."""
    well_formed = pd.Series(
        np.where(_matches(texts, f"^{DATE}$"), texts.to_numpy(zero_copy_only=False), None), dtype=object
    )
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
    span = f"{'a whole number' if whole else 'a number'} from {low} to {high}"
    column.reject(~(_numeric(column) | nothing), span)
    found = _trimmed(column).cast(pa.float64()).to_numpy()
    outside = (found < low) | (found > high)
    column.reject(outside | (whole & (found != np.rint(found)) & ~nothing), span)
    return pd.Series(np.append(found, np.nan)[column.codes])


def years(column: Column) -> pd.Series:
    """float64: a whole number from 0 to 9999, else the first four digits with no digit beside them, as of [1999?]; NaN
    where a text, such as 19xx, is neither."""
    found = compute.extract_regex(column.values, r"(?:^|[^0-9])(?P<year>[0-9]{4})(?:[^0-9]|$)")
    year = compute.struct_field(found, "year").cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    numeric = _numeric(column)
    number = np.asarray(column.values, dtype=object)[numeric].astype(float)
    whole = (number >= 0) & (number <= 9999) & (number == np.rint(number))
    year[np.flatnonzero(numeric)[whole]] = number[whole]
    return pd.Series(np.append(year, np.nan)[column.codes])


def texts(column: Column) -> int:
    """How many distinct values are neither numbers nor nan."""
    return _distinct(column, ~(_numeric(column) | _nan(column)))


def groups(column: Column) -> pd.Series:
    """As `strings`; of more than MOST_NUMBERS numbers the range, such as "2: 25 to 34", that each lies in.

    The ranges are N_RANGES of about as many rows each, or fewer; their text is in the order of the numbers.
    """
    numeric, said = _numeric(column), np.asarray(_text(column), dtype=object)
    said[_nan(column)] = None
    if _distinct(column, numeric) <= MOST_NUMBERS:
        return _taken(column, _strings(said))
    number = np.full(len(numeric), np.nan)
    number[numeric] = np.asarray(column.values)[numeric].astype(float)
    rows = number[column.codes[column.codes >= 0]]
    ends = np.unique(np.quantile(rows[~np.isnan(rows)], np.arange(1, N_RANGES) / N_RANGES, method="lower"))
    place = np.searchsorted(ends, number)
    for at in np.unique(place[numeric]):
        inside = numeric & (place == at)
        said[inside] = f"{at + 1}: {number[inside].min():.15g} to {number[inside].max():.15g}"
    return _taken(column, _strings(said))


def strings(column: Column) -> pd.Series:
    """Text without spaces around it, missing where empty."""
    return _taken(column, _strings(_text(column)))


def _trimmed(column: Column) -> pa.Array:
    return compute.utf8_trim_whitespace(column.values)


def _text(column: Column) -> pa.Array:
    """`_trimmed`, missing where nothing is left."""
    texts = _trimmed(column)
    return compute.if_else(compute.equal(texts, ""), None, texts)


def _distinct(column: Column, which: np.ndarray) -> int:
    return len(_text(column).filter(pa.array(which)).unique())


def _numeric(column: Column) -> np.ndarray:
    return _matches(_trimmed(column), NUMBER)


def _nan(column: Column) -> np.ndarray:
    """A missing number, as in `numbers`."""
    return np.asarray(compute.equal(compute.utf8_lower(_trimmed(column)), "nan"))


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(compute.match_substring_regex(texts, pattern), dtype=bool)


def _whole(texts: pa.Array) -> pd.Series:
    return pd.Series(compute.replace_substring_regex(texts, r"\.0+$", "").cast(pa.int64()).to_numpy())


def _strings(texts: Any) -> pd.Series:
    return pd.Series(pd.array(texts, dtype="string[pyarrow]"))


def _taken(column: Column, values: pd.Series) -> pd.Series:
    taken: Any = values.array.take(column.codes, allow_fill=bool((column.codes < 0).any()))
    return pd.Series(taken)
