"""One step for many arguments on several cores: processes that each load what the step needs, once."""

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from tqdm import tqdm

from twostage.base.errors import InputError

FEW = 4  # arguments for which loading once more takes longer than it saves

L = TypeVar("L")
A = TypeVar("A")
R = TypeVar("R")
_loaded: list[Any] = []  # of a process


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
    `processes` says how many to start.

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
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _start, (load,)) as pool:
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


def _start(load: Callable[[int], Any]) -> None:
    _loaded.append(load(1))


def _call(step: Callable[[Any, A], R], argument: A) -> R:
    return step(_loaded[0], argument)
