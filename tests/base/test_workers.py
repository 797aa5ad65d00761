import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from twostage.base import workers
from twostage.base.errors import InputError


def load(threads: int) -> tuple[int, int]:
    return threads, os.getpid()


def double(loaded: tuple[int, int], number: int) -> tuple[int, int, int]:
    threads, process = loaded
    assert process == os.getpid()  # by the process that uses it
    return 2 * number, threads, process


def watched(loaded: tuple[int, int], number: int) -> bool:
    sys.stderr = SimpleNamespace(isatty=lambda: True)
    return workers.watched()


def fail(loaded: tuple[int, int], number: int) -> int:
    if number == 3:
        raise InputError(f"{number} is no good")
    return number


def unloaded(threads: int) -> None:
    raise InputError("nothing to load")


def wait(loaded: tuple[int, int], folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)


def die(loaded: tuple[int, int], number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_stand_in_the_order_of_arguments_whoever_computed_them():
    found = list(workers.in_order(load, double, range(9), 2, "test"))
    assert [row[:2] for row in found] == [(2 * number, 1) for number in range(9)]
    assert os.getpid() not in {process for *_, process in found}


@pytest.mark.parametrize(("processes", "arguments"), [(1, 9), (2, 4), (2, 0)])
def test_one_process_or_few_arguments_start_nothing(processes, arguments):
    found = list(workers.in_order(load, double, range(arguments), processes, "test"))
    assert found == [(2 * number, processes, os.getpid()) for number in range(arguments)]


def test_as_many_processes_as_are_asked_for_are_started_even_for_few_arguments():
    found = list(workers.in_order(load, double, range(2), 4, "test", processes=2))
    assert [row[:2] for row in found] == [(0, 1), (2, 1)]
    assert os.getpid() not in {process for *_, process in found}
    assert list(workers.in_order(load, double, range(9), 4, "test", processes=1))[8] == (16, 4, os.getpid())


def test_no_process_of_a_pool_draws_bars_of_its_own(monkeypatch):
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True, write=len, flush=int))
    assert workers.watched()
    assert list(workers.in_order(load, watched, range(2), 2, "test", processes=2)) == [False, False]


def test_an_error_comes_through():
    with pytest.raises(InputError, match="3 is no good"):
        list(workers.in_order(load, fail, range(9), 2, "test"))


def test_a_process_that_the_system_ends_is_one_line():
    with pytest.raises(InputError, match="most likely for lack of memory"):
        list(workers.in_order(load, die, range(9), 2, "test"))


def test_an_error_while_a_process_loads_comes_through():
    with pytest.raises(InputError, match="nothing to load"):
        list(workers.in_order(unloaded, double, range(9), 2, "test"))


@contextmanager
def at_work(folder):
    """A command with two processes in the midst of their steps, and the numbers of these."""
    code = (
        "from tests.base import test_workers as t; from twostage.base import errors, workers; "
        f"errors.run(lambda: list(workers.in_order(t.load, t.wait, [{str(folder)!r}] * 9, 2, 'test')), [])"
    )
    command = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: len(os.listdir(folder)) == 2)
        yield command, [int(name) for name in os.listdir(folder)]
    finally:
        command.kill()
        command.communicate()


def until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("not within half a minute")


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_a_parent_that_is_ended(tmp_path, how):
    with at_work(tmp_path) as (command, processes):
        assert all(map(alive, processes))
        command.send_signal(how)
        until(lambda: not any(map(alive, processes)))


def test_an_interrupt_is_one_line_and_waits_for_no_step(tmp_path):
    with at_work(tmp_path) as (command, processes):
        os.killpg(command.pid, signal.SIGINT)
        _, said = command.communicate(timeout=30)
        assert command.returncode == 130
        assert said.rstrip().endswith("interrupted; what was finished stays")
        assert "Traceback" not in said
        assert not any(map(alive, processes))
