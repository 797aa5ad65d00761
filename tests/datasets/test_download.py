import hashlib
import io
import os
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest

from twostage.datasets import download, transfer

CONTENT = b"thirteen bytes" * 3
DIGEST = hashlib.sha256(CONTENT).hexdigest()
WRONG = hashlib.sha256(b"").hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "twostage"


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "origin" / "data.zip"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path.as_uri()


def pip(monkeypatch, result):
    """In place of the command; returns the commands that were run."""
    commands = []

    def run(command, **options):
        commands.append((command, options))
        return result(Path(command[command.index("--dest") + 1]))

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def done(code=0, stderr=""):
    return subprocess.CompletedProcess([], code, "", stderr)


def test_default_cache_is_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert download.cache() == tmp_path / ".cache" / "twostage"


def test_file_of_the_right_hash_stays_in_the_cache(cache, url):
    assert download.cached("data.zip", DIGEST) is None
    assert download.from_url(url, DIGEST) == cache / "data.zip"
    assert [path.name for path in cache.iterdir()] == ["data.zip"]
    assert download.cached("data.zip", DIGEST) == cache / "data.zip"


def test_damaged_file_in_the_cache_is_not_used(cache, url):
    cache.mkdir(parents=True)
    (cache / "data.zip").write_bytes(CONTENT[:-1])
    assert download.cached("data.zip", DIGEST) is None
    assert download.from_url(url, DIGEST).read_bytes() == CONTENT


def test_wrong_hash_leaves_nothing(cache, url):
    with pytest.raises(download.UnavailableError, match=f"data.zip: sha256 {DIGEST}, expected {WRONG}"):
        download.from_url(url, WRONG)
    assert list(cache.iterdir()) == []


class Broken(io.BytesIO):
    """A reply that gives half of its content."""

    headers, status = Message(), 200

    def read1(self, size=-1):
        if half := super().read(len(CONTENT) // 2 if self.tell() == 0 else 0):
            return half
        raise self.error


@pytest.mark.parametrize("error", [ConnectionResetError("reset by peer"), TimeoutError("timed out")])
def test_broken_connection_leaves_what_came_for_the_next_run(cache, monkeypatch, error):
    Broken.error = error
    monkeypatch.setattr(transfer, "urlopen", lambda request, timeout: Broken(CONTENT))
    with pytest.raises(download.UnavailableError, match=f"https://x/data.zip: {error}"):
        download.from_url("https://x/data.zip", DIGEST)
    assert [path.name for path in cache.iterdir()] == [".data.zip.part"]


def test_interrupt_leaves_what_came_for_the_next_run(cache, monkeypatch):
    Broken.error = KeyboardInterrupt()
    monkeypatch.setattr(transfer, "urlopen", lambda request, timeout: Broken(CONTENT))
    with pytest.raises(KeyboardInterrupt):
        download.from_url("https://x/data.zip", DIGEST)
    assert [path.read_bytes() for path in cache.iterdir()] == [CONTENT[: len(CONTENT) // 2]]


def test_of_two_at_once_one_downloads_and_both_have_it(cache, server):
    server.files["/data.zip"] = CONTENT
    url = f"{server.url}/data.zip"
    code = "import sys; from twostage.datasets import download; print(download.from_url(*sys.argv[1:]))"
    env = os.environ | {"PYTHONPATH": str(Path(download.__file__).parents[2])}
    command = [sys.executable, "-c", code, url, DIGEST]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, env=env) for _ in range(4)]
    assert {run.communicate()[0].decode().strip() for run in runs} == {str(cache / "data.zip")}
    assert (cache / "data.zip").read_bytes() == CONTENT
    assert [path.name for path in cache.iterdir()] == ["data.zip"]


def test_connection_closed_early_says_how_much_came(cache, server):
    server.files["/data.zip"] = CONTENT
    server.breaks_after("/data.zip", 0, times=9)
    with pytest.raises(download.UnavailableError, match="ended after 0 of 42 bytes"):
        download.from_url(f"{server.url}/data.zip", DIGEST)
    assert [path.read_bytes() for path in cache.iterdir()] == [b""]


def test_name_of_a_content_in_git(tmp_path):
    """As `printf hello | git hash-object --stdin` gives it."""
    (tmp_path / "file").write_bytes(b"hello")
    assert download.git_blob(tmp_path / "file") == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0"


def test_cache_that_cannot_be_written_names_its_setting(tmp_path, monkeypatch, url):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(download.UnavailableError, match="set XDG_CACHE_HOME"):
        download.from_url(url, DIGEST)


def test_wheel_by_this_python_s_pip_with_a_time_limit(cache, monkeypatch):
    def wheel(folder):
        (folder / "lib.whl").write_bytes(CONTENT)
        return done()

    commands = pip(monkeypatch, wheel)
    assert download.from_pip("lib==1", "lib.whl", DIGEST) == cache / "lib.whl"
    [(command, options)] = commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "lib==1"} <= set(command)
    assert options["timeout"] == download.PIP_SECONDS
    assert [path.name for path in cache.iterdir()] == ["lib.whl"]


def test_pip_that_hangs(cache, monkeypatch):
    def hangs(folder):
        (folder / "lib.whl").write_bytes(CONTENT[:3])
        raise subprocess.TimeoutExpired("pip", 5)

    pip(monkeypatch, hangs)
    with pytest.raises(download.UnavailableError, match="pip download lib==1: no end after 300 s"):
        download.from_pip("lib==1", "lib.whl", DIGEST)
    assert list(cache.iterdir()) == []


def test_reason_of_pip_is_its_last_line(monkeypatch):
    pip(monkeypatch, lambda folder: done(1, "WARNING: x\nERROR: no matching distribution\n"))
    with pytest.raises(download.UnavailableError, match=r"^pip download lib==1: ERROR: no matching distribution$"):
        download.from_pip("lib==1", "lib.whl", DIGEST)


def test_pip_that_gives_another_file(monkeypatch):
    pip(monkeypatch, lambda folder: done())
    with pytest.raises(download.UnavailableError, match=r"gave no file lib\.whl"):
        download.from_pip("lib==1", "lib.whl", DIGEST)
