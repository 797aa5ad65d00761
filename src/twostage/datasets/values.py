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
# Since 1970-01-01; from 1973 and 2001 on. 12 digits are 202105312015 as well.
SECONDS, MILLISECONDS = r"^[0-9]{9,10}$", r"^[0-9]{13}$"
LATEST = pd.Timestamp("2200-01-01")
DATE = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?$"


def ids(columns: Sequence[Column]) -> list[pd.Series]:
    """Ids of one kind in several files, all int64 or all strings.

    Integers only where every id is written as one: 007 stays text, and then so do all others, for an id that
    is 7 in one file and "7" in the next would match nothing.

    Raises
    ------
    InputError
        If an id is empty, or nan.
    """
    texts = [compute.utf8_trim_whitespace(column.values) for column in columns]
    for column, values in zip(columns, texts, strict=True):
        column.reject_empty()
        missing = pa.array(["", "nan", "NaN"])  # the latter two are what a missing number is written as
        column.reject(np.asarray(compute.is_in(values, missing)), "an id")
    whole = all(_matches(values, INTEGER).all() for values in texts)
    convert = _whole if whole else _strings
    return [_taken(column, convert(values)) for column, values in zip(columns, texts, strict=True)]


def dates(column: Column) -> pd.Series:
    """Timestamps, UTC, microseconds; a date alone is its midnight.

    A stated time zone is converted to UTC, since days must be the same for everyone. Where all are whole numbers as
    long as today's they are seconds or milliseconds since 1970-01-01.

    Raises
    ------
    InputError
        If a value is empty, isn't a date or lies after LATEST, which a date that stands for none does.
    """
    column.reject_empty()
    texts = compute.utf8_trim_whitespace(column.values)
    found = _times(texts)
    column.reject(found.isna().to_numpy(), "a date such as 2021-05-31 or a time such as 2021-05-31 20:15:00")
    column.reject((found >= LATEST).to_numpy(), f"a date before {LATEST.date()}")
    return _taken(column, found)


def _times(texts: pa.Array) -> pd.Series:
    for pattern, unit in ((SECONDS, "s"), (MILLISECONDS, "ms")):
        if _matches(texts, pattern).all():
            return pd.Series(texts.cast(pa.int64()).cast(pa.timestamp(unit)).cast(pa.timestamp("us")).to_numpy())
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
    texts = compute.utf8_trim_whitespace(column.values)
    nothing = np.asarray(compute.equal(compute.utf8_lower(texts), "nan"))
    kind = "a whole number" if whole else "a number"
    span = f"{kind} from {low}" + (f" to {high}" if high < 2**31 - 1 else "")
    column.reject(~(_matches(texts, NUMBER) | nothing), span)
    found = texts.cast(pa.float64()).to_numpy()
    outside = (found < low) | (found > high)
    column.reject(outside | (whole & (found != np.rint(found)) & ~nothing), span)
    return pd.Series(np.append(found, np.nan)[column.codes])


def all_numbers(column: Column) -> bool:
    """nan is a missing one, as in `numbers`."""
    texts = compute.utf8_trim_whitespace(column.values)
    return bool((_matches(texts, NUMBER) | np.asarray(compute.equal(compute.utf8_lower(texts), "nan"))).all())


def groups(column: Column) -> pd.Series:
    """Text as it stands; of more than MOST_NUMBERS numbers the range, such as "2: 25 to 34", that each lies in.

    The ranges are GROUPS of about as many rows each, or fewer; their text is in the order of the numbers.
    """
    if len(column.values) <= MOST_NUMBERS or not all_numbers(column):
        return strings(column)
    number = compute.utf8_trim_whitespace(column.values).cast(pa.float64()).to_numpy()
    known = ~np.isnan(number)
    rows = number[column.codes[column.codes >= 0]]
    ends = np.unique(np.quantile(rows[~np.isnan(rows)], np.arange(1, GROUPS) / GROUPS, method="lower"))
    place = np.searchsorted(ends, number)
    inside = {at: number[known & (place == at)] for at in np.unique(place[known])}
    names = {at: f"{at + 1}: {of.min():.15g} to {of.max():.15g}" for at, of in inside.items()}
    said = [names[at] if is_known else None for at, is_known in zip(place, known, strict=True)]
    return _taken(column, pd.Series(pd.array(said, dtype="string[pyarrow]")))


def strings(column: Column) -> pd.Series:
    """Text as it stands, missing where empty."""
    return _taken(column, _strings(column.values))


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(compute.match_substring_regex(texts, pattern), dtype=bool)


def _whole(texts: pa.Array) -> pd.Series:
    return pd.Series(compute.replace_substring_regex(texts, r"\.0+$", "").cast(pa.int64()).to_numpy())


def _strings(texts: pa.Array) -> pd.Series:
    return pd.Series(pd.array(texts, dtype="string[pyarrow]"))


def _taken(column: Column, values: pd.Series) -> pd.Series:
    taken: Any = values.array.take(column.codes, allow_fill=bool((column.codes < 0).any()))
    return pd.Series(taken)
