"""A file shared on Google Drive, which asks for a confirmation where it is too large to be scanned for viruses.

The form of the address is that of gdown: `uc?id=ID`, then what the page's form `download-form` would send.
"""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from twostage.datasets import table
from twostage.datasets.transfer import UnavailableError, receive

PAGE = 1 << 20  # bytes of a page that are looked at


def receive_file(base: str, identity: str, path: Path) -> None:
    """The file of an id, from `base`, to `path`.

    Raises
    ------
    UnavailableError
        If it can't be had; a page that is no confirmation is never taken for the file.
    """
    url = f"{base}/uc?{urlencode({'export': 'download', 'id': identity})}"
    receive(url, path)
    if table.is_page(path):
        page = _taken(path)
        if not page.action.startswith(("https://", f"{base}/")):
            raise _refused(url, page)
        receive(f"{page.action}?{urlencode(page.fields)}", path)
        if table.is_page(path):
            raise _refused(url, _taken(path))


class _Page(HTMLParser):
    """Title, and address and hidden fields of the form `download-form`."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.action, self.fields = "", "", dict[str, str]()
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("id") == "download-form":
            self.action = values.get("action", "")
        elif tag == "input" and self.action and values.get("type") == "hidden":
            self.fields[values.get("name", "")] = values.get("value", "")
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def _taken(path: Path) -> _Page:
    """The page that lies at `path`, which is free then."""
    with path.open("rb") as file:
        text = file.read(PAGE).decode("utf-8", "replace")
    path.unlink()
    page = _Page()
    page.feed(text)
    return page


def _refused(url: str, page: _Page) -> UnavailableError:
    return UnavailableError(f"{url}: a web page (HTML, {' '.join(page.title.split())[:80]!r}) in place of the file")
