import errno
import os
import time
from pathlib import Path

import pytest

from tests.datasets.replica import PAGE, send
from twostage.datasets import transfer
from twostage.datasets.transfer import UnavailableError, receive

CONTENT = bytes(range(256)) * 40  # 10,240 bytes


@pytest.fixture
def path(tmp_path, server):
    server.files["/f"] = CONTENT
    return tmp_path / "f.part"


def test_broken_connection_goes_on_where_it_ended(server, path):
    server.breaks_after("/f", 4000)
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert server.asked == [("/f", None), ("/f", "bytes=4000-")]


def test_connection_that_breaks_twice(server, path):
    server.breaks_after("/f", 4000, times=2)
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert [asked[1] for asked in server.asked] == [None, "bytes=4000-", "bytes=8000-"]


def test_connections_that_give_next_to_nothing_are_given_up(server, path):
    server.breaks_after("/f", 10, times=999)
    with pytest.raises(UnavailableError, match="/f: the connection ended after 30 of 10240 bytes"):
        receive(f"{server.url}/f", path)
    assert len(server.asked) == transfer.TRIES


def test_connections_that_break_after_enough_are_opened_as_often_as_it_takes(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "LITTLE", 1000)
    server.breaks_after("/f", 1000, times=10)
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert len(server.asked) == 11


def test_drops_are_no_stream(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "PERIOD", 0.2)

    def drips(handler):
        send(handler, CONTENT, most=0)
        for byte in CONTENT[:40]:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)

    server.answers["/f"] = drips
    with pytest.raises(UnavailableError, match=r"/f: \d bytes in 0.2 s, expected 1000 a second"):
        receive(f"{server.url}/f", path)


def test_connection_that_gives_nothing_more_is_given_up_and_keeps_what_came(server, path):
    path.write_bytes(CONTENT[:300])
    server.breaks_after("/f", 0, times=9)
    with pytest.raises(UnavailableError, match="/f: the connection ended after 300 of 10240 bytes"):
        receive(f"{server.url}/f", path)
    assert len(server.asked) == 1
    assert path.read_bytes() == CONTENT[:300]


def test_server_without_ranges_sends_it_all_again(server, path):
    path.write_bytes(b"other bytes")
    server.without_ranges("/f")
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT


def test_page_in_place_of_the_rest_takes_nothing_away(server, path):
    path.write_bytes(CONTENT[:300])

    def page(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.end_headers()
        handler.wfile.write(PAGE)

    server.answers["/f"] = page
    with pytest.raises(UnavailableError, match=r"/f: a web page \(HTML\) in place of the rest of the file"):
        receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT[:300]


@pytest.mark.usefixtures("path")
def test_full_disk_is_no_fault_of_the_origin(server):
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        receive(f"{server.url}/f", Path("/dev/full"))


def test_part_that_is_whole_already(server, path):
    path.write_bytes(CONTENT)
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert server.asked == [("/f", "bytes=10240-")]


def test_part_that_is_longer_than_the_file_is_written_anew(server, path):
    path.write_bytes(CONTENT + b"more")
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert server.asked == [("/f", "bytes=10244-"), ("/f", None)]


def test_file_without_a_stated_length(server, path):
    server.answers["/f"] = lambda handler: send(handler, CONTENT, length=False)
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT


def test_silence(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "TIMEOUT", 0.1)
    server.silent("/f", 0.5)
    with pytest.raises(UnavailableError, match="/f: timed out"):
        receive(f"{server.url}/f", path)
    assert not path.exists()


def test_silence_in_the_middle_loses_nothing(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "TIMEOUT", 0.1)

    def stalls(handler):
        send(handler, CONTENT, most=4000)
        handler.wfile.flush()
        server.answers.clear()
        time.sleep(0.5)

    server.answers["/f"] = stalls
    receive(f"{server.url}/f", path)
    assert path.read_bytes() == CONTENT
    assert server.asked == [("/f", None), ("/f", "bytes=4000-")]


def test_no_such_file(server, path):
    with pytest.raises(UnavailableError, match=r"/gone: HTTP Error 404: Not Found$"):
        receive(f"{server.url}/gone", path)
    assert not path.exists()


def test_nobody_listens(server, path):
    with pytest.raises(UnavailableError, match=r"http://127\.0\.0\.1:1/f: .*refused"):
        receive("http://127.0.0.1:1/f", path)


def test_stated_size_over_the_bound_is_not_downloaded(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "MOST", 10239)
    with pytest.raises(UnavailableError, match="/f: 10240 bytes, expected at most 10239"):
        receive(f"{server.url}/f", path)
    assert not path.exists()


def test_size_over_the_bound_that_nobody_stated(server, path, monkeypatch):
    monkeypatch.setattr(transfer, "MOST", 10239)
    server.answers["/f"] = lambda handler: send(handler, CONTENT, length=False)
    with pytest.raises(UnavailableError, match="over 10239 bytes"):
        receive(f"{server.url}/f", path)
    assert path.stat().st_size == 0
