"""A CSV file as columns of text, with errors that say the line."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow

from twostage.base.errors import InputError

HTML = (b"<!doctype html", b"<html")
BLOCK = 1 << 24  # bytes; a record must fit into one block, descriptions of films do
csv.field_size_limit(2**31 - 1)  # what a quote took may be the whole file
QUOTE = 'expected it to end on its own line; within quotes a quote is written twice, ""'


@dataclass(frozen=True)
class Column:
    """One column of a file: `codes` (int64, -1 where empty) point into the distinct `values`."""

    path: Path
    name: str
    codes: np.ndarray
    values: pa.Array

    def reject(self, bad: np.ndarray, expected: str) -> None:
        """Complain about the first row with a bad value; `bad` holds a flag per distinct value.

        Raises
        ------
        InputError
            If there is such a row.
        """
        if bad.any():
            row = int(np.argmax(np.append(bad, False)[self.codes]))
            self.fail(row, self.values[int(self.codes[row])].as_py(), expected)

    def reject_empty(self) -> None:
        empty = self.codes < 0
        if empty.any():
            self.fail(int(np.argmax(empty)), "", f"a value in every row ({int(empty.sum())} are empty)")

    def fail(self, row: int, value: str, expected: str) -> None:
        shown = value if len(value) <= 60 else value[:57] + "..."
        raise InputError(f"{self.path}, line {line(self.path, row)}: {self.name} = {shown!r}, expected {expected}")


def header(path: Path) -> list[str]:
    """Names of the columns; an index column has no name.

    Raises
    ------
    InputError
        If the file is empty, is a web page, isn't UTF-8 or names a column twice.
    """
    if not _start(path):
        raise InputError(f"{path}: the file is empty, expected a header line and rows")
    if is_page(path):
        raise InputError(f"{path}: a web page (HTML) in place of a CSV file: a download saved the hosting site's page")
    names = next(_records(path))[1]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise InputError(f"{path}, line 1: column {', '.join(twice)} stands more than once, expected unique names")
    return names


def is_page(path: Path) -> bool:
    """The file begins as a web page does."""
    return _start(path).lower().startswith(HTML)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()


def columns(path: Path, names: Mapping[str, str], row: re.Pattern[str] | None = None) -> dict[str, Column]:
    """Columns by our name; `names` maps ours to the file's. `row`: what of every row one value matches.

    Raises
    ------
    InputError
        If the file can't be parsed, has no rows, or has a quote that takes its rest, or other such rows, for a value.
    """
    try:
        table = arrow.read_csv(
            path,
            arrow.ReadOptions(block_size=BLOCK),
            arrow.ParseOptions(newlines_in_values=True),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names.values(), pa.string()),
                include_columns=list(names.values()),
                # Only nothing is missing: "NA" and "null" are names of films.
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _explained(path, str(error)) from None
    if not table.num_rows:
        raise InputError(f"{path}: a header but no rows")
    if _lines(path) > table.num_rows + 1:
        _check_quotes(path, row)
    return {ours: _column(path, theirs, table[theirs]) for ours, theirs in names.items()}


def _check_quotes(path: Path, row: re.Pattern[str] | None) -> None:
    # pyarrow takes all from a stray quote to the next one, or to the end of the file, for one value, and says nothing.
    width = 0
    for start, fields, lines in _records(path, strict=True):
        width = width or len(fields)
        parts = [[part.strip(' "\r\n') for part in line.split(",")] for line in lines[1:] if row]
        if row and any(len(line) >= width and any(map(row.fullmatch, line)) for line in parts):
            raise InputError(f"{path}, line {start}: a quote opens a value that goes on over rows, {QUOTE}")


def _lines(path: Path) -> int:
    """With an end or without, but for blank ones at the end of the file."""
    ends, blank = np.zeros(2, np.int64), 0
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            ends += block.count(b"\n"), block.count(b"\r")
            said = block.rstrip(b"\r\n")
            tail = block[len(said) :]
            blank = max(tail.count(b"\n"), tail.count(b"\r")) + (0 if said else blank)
    return int(ends[0] or ends[1]) - blank + 1


def _column(path: Path, name: str, values: pa.ChunkedArray) -> Column:
    # Distinct values are few: checking and converting those, not the rows, is what makes millions of rows quick.
    array = values.combine_chunks().dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy().astype(np.int64)
    return Column(path, name, codes, array.dictionary)


def line(path: Path, row: int) -> int:
    """Number of the line on which a row starts; rows are counted from 0, lines from 1.

    Walks through the file: blank lines and line ends within quotes move it. Only errors pay for that.
    """
    for number, (start, *_) in enumerate(_records(path), start=-1):
        if number == row:
            return start
    raise IndexError(f"{path} has no row {row}")


def _records(path: Path, strict: bool = False) -> Iterator[tuple[int, list[str], list[str]]]:
    """Of every record, the header too, number of its first line, fields, lines; blank ones are none, as for pyarrow.

    strict: a quote that ends a value stands before a comma or the end of a line, and every one that opens it is ended.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines: list[str] = []
        reader = csv.reader(_kept(file, lines), strict=strict)
        start = 1
        try:
            for fields in reader:
                if fields:
                    yield start, fields, [*lines]
                start = reader.line_num + 1
                lines.clear()
        except UnicodeDecodeError:
            raise _not_utf8(path) from None
        except csv.Error as error:
            said = f"a quote opens a value that has no end, {QUOTE}" if strict else f"{error}, expected a CSV file"
            raise InputError(f"{path}, line {start}: {said}") from None


def _kept(file: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines of a file, each of which is added to `lines` as it is read."""
    for line in file:
        lines.append(line)
        yield line


def _not_utf8(path: Path) -> InputError:
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                text.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = f"0x{text[error.start]:02x}"
                return InputError(f"{path}, line {number}: byte {byte} isn't UTF-8, save the file as UTF-8")
    return InputError(f"{path}: the text isn't UTF-8, save the file as UTF-8")


def _explained(path: Path, reason: str) -> InputError:
    """The error of the parser with the number of the line."""
    width = records = 0
    for start, fields, _ in _records(path):
        records += 1
        width = width or len(fields)
        if len(fields) != width:
            return InputError(f"{path}, line {start}: {len(fields)} values, expected {width} as in the header")
    # pyarrow takes a header without a line end for nothing.
    return InputError(f"{path}: a header but no rows" if records == 1 else f"{path}: {reason.splitlines()[0]}")
