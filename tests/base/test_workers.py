import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
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


def shows(loaded: tuple[int, int], number: int) -> bool:
    sys.stderr = SimpleNamespace(isatty=lambda: True)
    return workers.on_screen()


def fail(loaded: tuple[int, int], number: int) -> int:
    if number == 3:
        raise InputError(f"{number} is no good")
    return number


def unloaded(threads: int) -> None:
    raise InputError("nothing to load")


def wait(loaded: tuple[int, int], folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)


def much(loaded: tuple[int, int], folder: str) -> bytes:
    Path(folder, str(os.getpid())).touch()
    return bytes(300_000_000)


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
    assert workers.on_screen()
    assert list(workers.in_order(load, shows, range(2), 2, "test", processes=2)) == [False, False]


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
def commanded(folder, step):
    """A command with two processes, at nine such steps, that hears Ctrl-C though these tests run in the background."""
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from tests.base import test_workers as t; from twostage.base import errors, workers; "
        f"errors.run(lambda: list(workers.in_order(t.load, t.{step}, [{str(folder)!r}] * 9, 2, 'test')), [])"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", code],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        yield command
    finally:
        command.kill()
        command.communicate()


@contextmanager
def at_work(folder, step="wait"):
    """The command as both are in the midst of a step, and the numbers of these processes."""
    with commanded(folder, step) as command:
        until(lambda: len(os.listdir(folder)) == 2)
        yield command, [int(name) for name in os.listdir(folder)]


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


def sending(folder):
    """Two processes that each send 300 MB to a parent which reads nothing, as it is stopped."""
    return at_work(folder, "much")


def test_a_process_that_ends_while_it_sends_is_one_line(tmp_path):
    with sending(tmp_path) as (command, processes):
        command.send_signal(signal.SIGSTOP)
        time.sleep(2)  # both stand in the midst of what they send
        for process in processes:
            os.kill(process, signal.SIGKILL)
        command.send_signal(signal.SIGCONT)
        _, said = command.communicate(timeout=30)
        assert command.returncode == 1
        assert said.rstrip().splitlines()[-1].startswith("error: a process was ended by the system, most likely")


def test_an_interrupt_while_results_are_sent_ends_all(tmp_path):
    with sending(tmp_path) as (command, processes):
        os.killpg(command.pid, signal.SIGINT)
        _, said = command.communicate(timeout=30)
        assert command.returncode == 130
        assert "Traceback" not in said
        assert not any(map(alive, processes))


def test_an_interrupt_while_processes_start_is_one_line(tmp_path):
    with commanded(tmp_path, "wait") as command:
        started = Path(f"/proc/{command.pid}/task/{command.pid}/children")
        if not started.exists():
            pytest.skip("needs a system that tells of a process's children")
        until(lambda: len(started.read_text().split()) >= 2)
        os.killpg(command.pid, signal.SIGINT)
        _, said = command.communicate(timeout=30)
        assert "Traceback" not in said
        assert said.rstrip().endswith("interrupted; what was finished stays")


def test_an_interrupt_that_another_thread_hears_waits_for_the_start():
    hears, started, before = Event(), [], signal.getsignal(signal.SIGINT)
    thread = Thread(target=hears.wait)
    thread.start()

    @workers._undisturbed()
    def start():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        started.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            start()
    finally:
        hears.set()
        thread.join()
    assert started
    assert signal.getsignal(signal.SIGINT) is before


def test_what_a_process_did_is_told_with_its_error():
    with pytest.raises(InputError) as found:
        list(workers.in_order(load, fail, range(9), 2, "test"))
    assert "in fail" in found.value.__notes__[0]
