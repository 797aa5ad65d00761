import pytest

from twostage.base.errors import InputError
from twostage.datasets import table
from twostage.datasets.values import WHEN


def read(path):
    table.header(path)
    table.columns(path, {"a": "a"})


def rejected(path, match):
    with pytest.raises(InputError, match=match) as error:
        read(path)
    assert "\n" not in str(error.value)


def test_codes_point_to_distinct_values_and_minus_one_where_empty(write):
    column = table.columns(write(file="a,b\nx,1\n,1\ny,1\nx,1\n") / "file.csv", {"a": "a"})["a"]
    assert column.values.to_pylist() == ["x", "y"]
    assert column.codes.tolist() == [0, -1, 1, 0]


@pytest.mark.parametrize("start", ["<!DOCTYPE html>", "\n <!doctype HTML><html>", "<html lang='ru'>", "\ufeff<HTML>"])
def test_web_page_in_place_of_a_csv(write, start):
    rejected(write(file=f"{start}\n<head><title>Drive</title>") / "file.csv", r"file.csv: a web page \(HTML\)")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_empty_file(write, content):
    rejected(write(file=content) / "file.csv", "file.csv: the file is empty")


@pytest.mark.parametrize("text", ["a,b\n", "a,b"], ids=["line end", "no line end"])
def test_header_but_no_rows(write, text):
    rejected(write(file=text) / "file.csv", "file.csv: a header but no rows")


def test_column_name_twice(write):
    rejected(write(file="a,b,a\n1,2,3\n") / "file.csv", "line 1: column a stands more than once")


def test_two_columns_without_a_name(write):
    path = write(file=",,a\n0,0,x\n") / "file.csv"
    assert table.header(path) == ["", "", "a"]
    assert table.columns(path, {"a": "a"})["a"].values.to_pylist() == ["x"]


def test_bytes_that_are_not_utf8(write):
    rejected(write(file="a,b\nx,1\ncaf\xe9,1\n".encode("latin-1")) / "file.csv", "line 3: byte 0xe9 isn't UTF-8")


def test_header_that_is_not_utf8(write):
    rejected(write(file="caf\xe9,a\nx,1\n".encode("latin-1")) / "file.csv", "line 1: byte 0xe9 isn't UTF-8")


def test_row_with_too_few_values(write):
    rejected(write(file='a,b\n"x\ny",1\nz\n') / "file.csv", "line 4: 1 values, expected 2")


def test_row_with_too_many_values(write):
    rejected(write(file="a,b\nx,1\nz,1,2\n") / "file.csv", "line 3: 3 values, expected 2")


def test_byte_order_mark_and_windows_line_ends(write):
    path = write(file="\ufeffa,b\r\nx,1\r\n") / "file.csv"
    assert table.header(path) == ["a", "b"]
    assert table.columns(path, {"a": "a"})["a"].values.to_pylist() == ["x"]


def test_line_of_a_row(write):
    assert table.line(write(file="a\nx\ny\n") / "file.csv", 1) == 3


def test_line_of_a_row_after_line_ends_within_quotes(write):
    assert table.line(write(file='a,b\n"one\ntwo",1\n"three\n\nfour",2\n5,6\n') / "file.csv", 2) == 7


def test_line_of_a_row_after_blank_lines(write):
    assert table.line(write(file="a\n\nx\r\n\ny\n") / "file.csv", 1) == 5


LOG = ["u,i,d,note", *(f"{n},1,2021-05-01,fine" for n in range(50))]


@pytest.mark.parametrize(("line", "ends"), [("\n", 1), ("\n", 0), ("\n", 2), ("\r\n", 1), ("\r", 0)])
@pytest.mark.parametrize(("row", "rest"), [(None, 30), (WHEN, 30), (WHEN, 1)], ids=["texts", "rows", "one row"])
def test_a_quote_that_takes_the_rest_of_the_file(write, line, ends, row, rest):
    lines = [*LOG[:20], '7,1,2021-05-01,"27 inch', *LOG[20 : 20 + rest]]
    folder = write(file=(line.join(lines) + ends * line).encode())
    with pytest.raises(InputError, match=r"file.csv, line 21: a quote opens a value that (has no end|goes on over)"):
        table.columns(folder / "file.csv", {"u": "u"}, row)


@pytest.mark.parametrize("row", ['{},1,2021-05-01,"27 inch', '{},1,"27 inch,2021-05-01', '{},1,"2021-05-01,fine'])
@pytest.mark.parametrize("last", [20, 40])
def test_a_quote_that_takes_rows_up_to_the_next_one(write, last, row):
    lines = [*LOG[:20], row.format(7), *LOG[20:last], row.format(8), *LOG[last:]]
    folder = write(file="\n".join(lines))
    with pytest.raises(InputError, match=r"file.csv, line 21: a quote opens a value that (has no end|goes on over)"):
        table.columns(folder / "file.csv", {"u": "u"}, WHEN)


def test_a_quote_that_ends_with_the_value_of_a_later_row(write):
    folder = write(file="\n".join([*LOG[:20], '7,1,2021-05-01,"27 inch', *LOG[20:30], '8,1,2021-05-01,27"', *LOG[30:]]))
    with pytest.raises(InputError, match=r"file.csv, line 21: a quote opens a value that goes on over rows"):
        table.columns(folder / "file.csv", {"u": "u"}, WHEN)


IDS = ["9f3ab", "c77d1", "0ab3e", "77777", "e"]
USERS = ["age,user,sex", *(f"{20 + place},{one},F" for place, one in enumerate(IDS)), ""]


@pytest.mark.parametrize("row", ['"30,u7,M', '30,u7,"M', '30,"u7,M'])
@pytest.mark.parametrize("last", [3, 5])
def test_two_stray_quotes_that_take_rows_without_a_date(write, last, row):
    folder = write(file="\n".join([*USERS[:2], row, *USERS[2:last], row.replace("u7", "u8"), *USERS[last:]]))
    with pytest.raises(InputError, match=r"file.csv, line 3: (a quote opens a value that has no end|\d values)"):
        table.columns(folder / "file.csv", {"user_id": "user", "sex": "sex"})


@pytest.mark.parametrize("note", ['"1941, Moscow, winter: two\n1942, Kiev, spring"', '"one\n2, then the second"'])
def test_a_value_of_several_lines_that_look_like_rows(write, note):
    path = write(file=f"item,title,note\n1,one,{note}\n2,two,none\n") / "file.csv"
    assert table.columns(path, {"item_id": "item"})["item_id"].values.to_pylist() == ["1", "2"]


@pytest.mark.parametrize("row", [None, WHEN], ids=["texts", "rows"])
def test_lines_within_quotes_and_blank_ones_are_no_rows(write, row):
    # One of the lines has as many commas as a row, but no date among its parts.
    note = '"two, or\nthree ""lines"", all, there, at once\n"'
    path = write(file=f'u,i,d,note\n\n1,1,2021-05-01,{note}\n\n2,1,2021-05-01,"one"\n') / "file.csv"
    found = table.columns(path, {"u": "u", "note": "note"}, row)
    assert found["u"].values.to_pylist() == ["1", "2"]
    assert found["note"].values.to_pylist() == ['two, or\nthree "lines", all, there, at once\n', "one"]


def test_an_inch_within_a_value_is_a_letter(write):
    path = write(file='u,i,note\n\n1,1,27" wide\n') / "file.csv"
    assert table.columns(path, {"note": "note"})["note"].values.to_pylist() == ['27" wide']


def test_long_value_is_shortened_in_the_message(write):
    column = table.columns(write(file=f"a\n{'x' * 500}\n") / "file.csv", {"a": "a"})["a"]
    with pytest.raises(InputError, match=r"a = 'x{57}\.\.\.', expected less"):
        column.fail(0, "x" * 500, "less")
