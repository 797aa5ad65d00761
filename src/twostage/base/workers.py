"""One step for many arguments on several cores: processes that each load what the step needs, once."""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import connection
from threading import Thread
from typing import Any, TypeVar

from tqdm import tqdm

from twostage.base.errors import InputError

FEW = 4  # arguments for which loading once more takes longer than it saves

L = TypeVar("L")
A = TypeVar("A")
R = TypeVar("R")
ORPHANED = 1  # exit code of a process whose parent was ended

_load: Callable[[], Any]  # of a process
_loaded: list[Any] = []


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


def watched() -> bool:
    """Whether progress bars within a step are drawn: on a screen, by a process that stands beside no other."""
    return sys.stderr.isatty() and multiprocessing.parent_process() is None


def _here(load: Callable[[int], L], step: Callable[[L, A], R], arguments: Sequence[A], threads: int) -> Iterator[R]:
    loaded = load(threads)
    yield from (step(loaded, argument) for argument in arguments)


def _in_pool(
    load: Callable[[int], L], step: Callable[[L, A], R], arguments: Sequence[A], processes: int
) -> Iterator[R]:
    # Spawned, not forked: threads of this process don't live on in a fork, and what they held stays locked.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _start, (partial(load, 1),))
    waiting: deque[Future[R]] = deque()
    try:
        for argument in arguments:
            waiting.append(pool.submit(_call, step, argument))
            if len(waiting) == 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise InputError(
            "a process was ended by the system, most likely for lack of memory; lower memory in params.yaml, so "
            "that fewer rows are held at once, or threads"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start(load: Callable[[], Any]) -> None:
    global _load
    _load = load
    # Ctrl-C reaches every process of the command: these end without a word, their parent says the one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(ORPHANED)


def _call(step: Callable[[Any, A], R], argument: A) -> R:
    if not _loaded:  # here, not at the start: what goes wrong in it is told as what it is
        _loaded.append(_load())
    return step(_loaded[0], argument)
