"""How the networks are fitted: batches of rows drawn at random, Adam, one seed."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from tqdm import tqdm

from twostage.params import Run


@dataclass(frozen=True)
class Course:
    """Every one of `rows` once an epoch, `batch` at a time, until the epochs or `max_steps` batches end."""

    rows: int
    batch: int
    epochs: int
    max_steps: int
    learning_rate: float


@contextmanager
def seeded(run: Run) -> Iterator[None]:
    """Torch's random numbers from the run's seed, sums in one order."""
    torch.manual_seed(run.seed)
    # Products of a batch are so small that two threads mostly wait for each other, ten times slower on a
    # busy machine.
    torch.set_num_threads(1)
    # As use_deterministic_algorithms, which loads torch's compiler for it (2 s); nothing here reads unwritten memory.
    torch.set_deterministic_debug_mode("error")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # set by a module's class
    yield


def fit(
    network: nn.Module,
    loss: Callable[[torch.Tensor], torch.Tensor],
    course: Course,
    name: str,
    shares: torch.Tensor | None = None,
    stop: int | None = None,
    look: Callable[[int], None] | None = None,
) -> None:
    """Minimise `loss`, which is given the numbers of a batch's rows.

    With `shares` an epoch is as many rows drawn by their share, some more than once. With `stop` the course ends
    after that many steps. `look` is called after each step with the steps so far; it draws no random number of ours.
    The learning rate rises and falls over the steps, see `one_cycle`.
    """
    optimiser = Adam(list(network.parameters()))
    steps = min(course.epochs * -(-course.rows // course.batch), course.max_steps)
    order = torch.empty(0, dtype=torch.long)
    network.train()
    about = f"{name}: {course.rows} rows in batches of {course.batch}"
    for step in tqdm(range(min(steps, stop or steps)), desc=about, unit="step", mininterval=1):
        if not len(order):
            order = (
                torch.randperm(course.rows)
                if shares is None
                else torch.multinomial(shares, course.rows, replacement=True)
            )
        batch, order = order[: course.batch], order[course.batch :]
        loss(batch).backward()  # type: ignore[no-untyped-call]  # torch ships no type for it
        optimiser.step(course.learning_rate * one_cycle(step, steps))
        if look:
            network.eval()
            with torch.random.fork_rng(devices=[]):
                look(step + 1)
            network.train()
    network.eval()


def one_cycle(step: int, steps: int) -> float:
    """Share of the highest learning rate at a step: from 1/25 up to 1 over the first 30 %, then down to 4e-6.

    Smith, Topin 2019, "Super-convergence", by half waves of a cosine as in torch's OneCycleLR.
    """
    last = max(steps, 2) - 1
    top = 0.3 * max(steps, 2) - 1
    low, high, way = (1 / 25, 1, step / top) if step <= top else (1, 4e-6, (step - top) / (last - top))
    return low + (high - low) * (1 - math.cos(math.pi * way)) / 2


class Adam:
    """Kingma, Ba 2015, "Adam: a method for stochastic optimization", algorithm 1; torch's takes a second to load."""

    BETAS, EPSILON = (0.9, 0.98), 1e-8

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        self.parameters, self.steps = parameters, 0
        self.moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One step down the gradients, which are forgotten."""
        self.steps += 1
        first_bias, second_bias = (1 - beta**self.steps for beta in self.BETAS)
        for parameter, (first, second) in zip(self.parameters, self.moments, strict=True):
            if parameter.grad is None:
                continue
            first.lerp_(parameter.grad, 1 - self.BETAS[0])
            second.mul_(self.BETAS[1]).addcmul_(parameter.grad, parameter.grad, value=1 - self.BETAS[1])
            size = second.sqrt().div_(second_bias**0.5).add_(self.EPSILON)
            parameter.addcdiv_(first, size, value=-learning_rate / first_bias)
            parameter.grad = None
