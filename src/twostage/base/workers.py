"""One step for many arguments on several cores: processes that each load what the step needs, once."""

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from tqdm import tqdm

from twostage.base.errors import InputError

FEW = 4  # arguments for which loading once more takes longer than it saves
ORPHANED = 1  # exit code of a process whose parent was ended

L = TypeVar("L")
A = TypeVar("A")
R = TypeVar("R")


def in_order(
    load: Callable[[int], L],
    step: Callable[[L, A], R],
    arguments: Sequence[A],
    threads: int,
    about: str,
    processes: int | None = None,
) -> Iterator[R]:
    """step(load(threads), argument) of each argument, in their order, with a progress bar.

    `load` and `step` are functions of a module. A process has one thread, and at most two of its results wait at once.
    With one process nothing is started, and all of the `threads` are this process's: so it is for FEW arguments unless
    `processes` says how many to start. Processes end with this one, however that ends.

    Raises
    ------
    InputError
        If the system ends a process.
    """
    if processes is None:
        processes = 1 if len(arguments) <= FEW else threads
    one = processes == 1
    found = _here(load, step, arguments, threads) if one else _in_pool(load, step, arguments, processes)
    yield from tqdm(found, desc=about, total=len(arguments), unit="part", file=sys.stderr)


def on_screen() -> bool:
    """Whether progress bars within a step are drawn: on a screen, by a process that stands beside no other."""
    return sys.stderr.isatty() and multiprocessing.parent_process() is None


def _here(load: Callable[[int], L], step: Callable[[L, A], R], arguments: Sequence[A], threads: int) -> Iterator[R]:
    loaded = load(threads)
    yield from (step(loaded, argument) for argument in arguments)


def _in_pool(
    load: Callable[[int], L], step: Callable[[L, A], R], arguments: Sequence[A], processes: int
) -> Iterator[R]:
    with _started(load, step, min(processes, len(arguments))) as free:
        asked: dict[Connection, int] = {}
        found: dict[int, R] = {}
        done = sent = 0
        while done < len(arguments):
            # Before results are handed out: who takes them may be busy with them for a while.
            while free and sent < min(len(arguments), done + 2 * processes):
                asked[free[-1]] = sent
                with _told():
                    free.pop().send(arguments[sent])
                sent += 1
            while done in found:
                yield found.pop(done)
                done += 1
            ready = wait([*asked]) if asked else []
            for one in [line for line in asked if line in ready]:
                found[asked.pop(one)] = _answer(one)
                free.append(one)


def _answer(one: Connection) -> Any:
    with _told():
        well, value = one.recv()
    if not well:
        raise value
    return value


@contextmanager
def _told() -> Iterator[None]:
    """A line that is cut, before a message or within it, is a process that was ended."""
    try:
        yield
    except (EOFError, OSError):
        raise InputError(
            "a process was ended by the system, most likely for lack of memory; lower memory in params.yaml, so "
            "that fewer rows are held at once, or threads"
        ) from None


@contextmanager
def _started(load: Callable[[int], L], step: Callable[[L, A], R], processes: int) -> Iterator[list[Connection]]:
    """A line to each process, which ends when it is cut.

    One for each, and not a pool of the library's: that a process ended while it sent is told by the end of its own
    line, where a queue that others hold too waits for the rest for ever. An error here ends those that are at work.
    """
    # Spawned, not forked: threads of this process don't live on in a fork, and what they held stays locked.
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        lines = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, load, step), daemon=True)
            with _undisturbed():
                process.start()
            theirs.close()
            stack.callback(process.join)
            lines.append(ours)
            stack.push(lambda error, *_, process=process: process.kill() if error else None)
            stack.callback(ours.close)
        yield [*lines]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What starts meanwhile hears of no Ctrl-C until it says so, and this process not before it has started.

    A start that is cut short leaves a process that waits for what it is to do, and complains.
    """
    resource_tracker.ensure_running()  # which the first start would begin, and with it listen again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    heard: list[int] = []
    # Another thread, as tqdm's, hears it all the same, and the main one would be told.
    main = current_thread() is main_thread()
    usual = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if main else None
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, usual)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if heard:
        raise KeyboardInterrupt


def _work(line: Connection, load: Callable[[int], L], step: Callable[[L, A], R]) -> None:
    # Ctrl-C reaches every process of the command: these end without a word, their parent says the one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=_end_with_parent, daemon=True).start()
    loaded: list[L] = []
    with suppress(EOFError, BrokenPipeError):  # nothing more is asked, or waited for
        while True:
            argument = line.recv()
            try:
                if not loaded:
                    loaded.append(load(1))
                line.send((True, step(loaded[0], argument)))
            except Exception as error:
                error.add_note(traceback.format_exc())
                line.send((False, error))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(ORPHANED)
