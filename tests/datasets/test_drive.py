import pytest

from tests.datasets.replica import PAGE
from twostage.datasets import drive
from twostage.datasets.transfer import UnavailableError

CONTENT = b"user_id,item_id,last_watch_dt\n1,2,2021-05-01\n" * 9
FIRST = "/uc?export=download&id=ID-1_x"
THEN = "/download?id=ID-1_x&export=download&confirm=t&uuid=1a%2Bb"


def form(action):
    return f"""\n<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head><body>
    <form id="other" action="/no"><input type="hidden" name="not" value="mine"></form>
    <form id="download-form" action="{action}" method="get"><input type="submit" value="Download anyway"/>
    <input type="hidden" name="id" value="ID-1_x"><input type="hidden" name="export" value="download">
    <input type="hidden" name="confirm" value="t"><input type="hidden" name="uuid" value="1a&#43;b"></form>
    </body></html>""".encode()


def got(server, tmp_path):
    path = tmp_path / "train.csv"
    drive.receive_file(server.url, "ID-1_x", path)
    return path.read_bytes()


def refused(server, tmp_path, match):
    with pytest.raises(UnavailableError, match=match) as error:
        got(server, tmp_path)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_small_file_comes_at_once(server, tmp_path):
    server.files[FIRST] = CONTENT
    assert got(server, tmp_path) == CONTENT
    assert server.asked == [(FIRST, None)]


def test_large_file_is_confirmed_as_its_page_says(server, tmp_path):
    server.files |= {FIRST: form(f"{server.url}/download"), THEN: CONTENT}
    assert got(server, tmp_path) == CONTENT
    assert server.asked == [(FIRST, None), (THEN, None)]


def test_large_file_that_breaks_goes_on(server, tmp_path):
    server.files |= {FIRST: form(f"{server.url}/download"), THEN: CONTENT}
    server.breaks_after(THEN, 100)
    assert got(server, tmp_path) == CONTENT
    assert server.asked[1:] == [(THEN, None), (THEN, "bytes=100-")]


def test_page_in_place_of_the_file_is_refused_with_its_title(server, tmp_path):
    server.files[FIRST] = PAGE
    refused(server, tmp_path, r"id=ID-1_x: a web page \(HTML, 'Google Drive - Quota exceeded'\) in place of the file")


def test_page_after_the_confirmation_is_refused(server, tmp_path):
    server.files |= {FIRST: form(f"{server.url}/download"), THEN: PAGE}
    refused(server, tmp_path, "Quota exceeded")


@pytest.mark.parametrize("action", ["file:///etc/passwd", "ftp://127.0.0.1/x", ""])
def test_form_that_leads_off_the_web_is_not_sent(server, tmp_path, action):
    server.files[FIRST] = form(action)
    refused(server, tmp_path, "Virus scan warning")
    assert len(server.asked) == 1
