"""How the networks are fitted: batches of rows drawn at random, Adam, one seed."""

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
    """Torch's random numbers from the run's seed, on the run's threads; sums in one order, whatever the threads do."""
    torch.manual_seed(run.seed)
    torch.set_num_threads(run.threads)
    torch.use_deterministic_algorithms(True)
    yield


def fit(
    network: nn.Module,
    loss: Callable[[torch.Tensor], torch.Tensor],
    course: Course,
    name: str,
    shares: torch.Tensor | None = None,
) -> None:
    """Minimise `loss`, which is given the numbers of a batch's rows.

    With `shares` an epoch is as many rows drawn by their share, some more than once.
    The learning rate rises and falls over the steps as in Smith, Topin 2019, "Super-convergence".
    """
    optimiser = torch.optim.Adam(network.parameters(), lr=course.learning_rate, betas=(0.9, 0.98))
    steps = min(course.epochs * -(-course.rows // course.batch), course.max_steps)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, course.learning_rate, total_steps=max(steps, 2))
    order = torch.empty(0, dtype=torch.long)
    network.train()
    about = f"{name}: {course.rows} rows in batches of {course.batch}"
    for _ in tqdm(range(steps), desc=about, unit="step", mininterval=1):
        if not len(order):
            order = (
                torch.randperm(course.rows)
                if shares is None
                else torch.multinomial(shares, course.rows, replacement=True)
            )
        batch, order = order[: course.batch], order[course.batch :]
        value = loss(batch)
        optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]  # torch ships no type for it
        optimiser.step()
        schedule.step()
    network.eval()
