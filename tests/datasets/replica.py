"""A server on 127.0.0.1 with files that can break in every way, and KION's archive at a hundredth of a percent."""

import io
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

# Rows in no order; nothing watched of the third (empty); times of one pair on two days.
INTERACTIONS = b"""user_id,item_id,last_watch_dt,total_dur,watched_pct
699317,1659,2021-05-29,8317,100.0
176549,9506,2021-05-11,4250,72.0
864613,7638,2021-07-05,10,
1016458,354,2021-08-22,172,25.0
176549,9506,2021-03-13,7,0.0
"""
# A user without views (5), and segments that are empty.
USERS = """user_id,age,income,sex,kids_flg
176549,age_25_34,income_60_90,Ж,1
5,age_18_24,income_20_40,Ж,0
864613,,,,0
"""
ITEMS = """item_id,content_type,title,title_orig,release_year,genres,countries,for_kids,age_rating,studios,directors,\
actors,description,keywords
1659,film,Три богатыря,,2012.0,"мультфильм, комедия",Россия,1.0,0.0,,Сергей Глезин,"Дмитрий Высоцкий, Олег Куликович",\
"Князь решил: ""пора"", и вот,
новая строка",богатыри
9506,series,Хрустальный,Crystal,2021.0,"триллеры, детективы",Россия,,18.0,,,,,
12,film,NA,,,,,,,,,,,
"""
USERS_EN = """,user_id,age,income,sex,kids_flg
0,176549,age_25_34,income_60_90,M,1
1,864613,,,,0
"""
ITEMS_EN = """,item_id,content_type,title,title_orig,release_year,genres,countries,for_kids,age_rating,studios,\
description,keywords,actors_translated,actors_transliterated,directors_translated,transliterated
0,1659,film,Three heroes,,2012.0,"cartoon, comedy",Russia,1.0,0.0,,"Now, then",heroes,"D. V., O. K.",\
"D. Vysotskiy, O. Kulikovich",Sergey Glezin,S. Glezin
"""
ORIGINAL = {
    "data_original/": b"",
    "data_original/items.csv": ITEMS.encode(),
    "__MACOSX/data_original/._items.csv": b"\0\5\x16\7",
    "data_original/users.csv": USERS.encode(),
    "data_original/interactions.csv": INTERACTIONS,
}
ENGLISH = {
    "data_en/interactions.csv": INTERACTIONS,
    "data_en/users_en.csv": USERS_EN.encode(),
    "data_en/items_en.csv": ITEMS_EN.encode(),
}
PAGE = b"<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title></head><body>Sorry</body></html>"


def zipped(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def publish(folder: Path) -> None:
    """A simulated log as KION is published: rows in no order, some without their percent, a user without a view."""
    path = folder / "interactions.csv"
    head, *rows = path.read_text().splitlines(keepends=True)
    random.Random(0).shuffle(rows)
    rows[::50] = [f"{row.rpartition(',')[0]},\n" for row in rows[::50]]
    path.write_text("".join([head, *rows]))
    with (folder / "users.csv").open("a") as users:
        users.write("987654321,age_25_34,income_60_90,Ж,0\n")


Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """`files` are served by path, or path and query, with ranges; `answers` take their place. `asked`: path, range."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.url = ""

    def breaks_after(self, path: str, size: int, times: int = 1) -> None:
        """The connection ends after `size` bytes of each of the first replies."""
        left = [times]

        def answer(handler: BaseHTTPRequestHandler) -> None:
            left[0] -= 1
            if left[0] < 0:
                send(handler, self.files[path])
            else:
                send(handler, self.files[path], most=size)

        self.answers[path] = answer

    def silent(self, path: str, seconds: float) -> None:
        self.answers[path] = lambda handler: time.sleep(seconds)

    def without_ranges(self, path: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            del handler.headers["Range"]
            send(handler, self.files[path])

        self.answers[path] = answer


def send(handler: BaseHTTPRequestHandler, content: bytes, most: int | None = None, length: bool = True) -> None:
    start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    if start and start >= len(content):
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(content)}")
        handler.end_headers()
        return
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    if length:
        handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    handler.wfile.write(content[start:][:most])


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Range")))
            for path in (self.path, urlsplit(self.path).path):
                if path in server.answers:
                    return server.answers[path](self)
                if path in server.files:
                    return send(self, server.files[path])
            return self.send_error(404)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        http.shutdown()
        thread.join()
