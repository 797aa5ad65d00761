"""How the networks are fitted: batches of rows drawn at random, Adam, one seed."""

from collections.abc import Callable

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from tqdm import tqdm

from twostage.base import workers
from twostage.base.errors import NO_NUMBERS, InputError
from twostage.base.params import Run
from twostage.generators.kinds.network import NetworkParams

BETAS = (0.9, 0.98)  # of Adam, Kingma and Ba 2015


def seed(run: Run) -> None:
    """Torch's random numbers from the run's seed; for the rest of the process one thread, and sums in one order."""
    torch.manual_seed(run.seed)
    # Products of a batch are so small that two threads mostly wait for each other, ten times slower on a
    # busy machine.
    torch.set_num_threads(1)
    # As use_deterministic_algorithms, which loads torch's compiler for it (2 s, and lists have no other use for it);
    # nothing here reads unwritten memory.
    torch.set_deterministic_debug_mode("error")
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]  # set by a module's class


def fit(
    network: nn.Module,
    loss: Callable[[torch.Tensor], torch.Tensor],
    rows: int,
    params: NetworkParams,
    run: Run,
    shares: torch.Tensor | None = None,
    stop: int | None = None,
    look: Callable[[int], None] | None = None,
) -> int:
    """Minimise `loss`, which is given the numbers of a batch's rows, until the epochs or `max_steps` batches end.

    An epoch is every one of `rows` once; with `shares` as many rows drawn by their share, some more than once. With
    `stop` the course ends after that many steps. `look` is called after each step with the steps so far; it draws no
    random number of ours. The learning rate rises over the first 30 % of the steps and falls over the others: Smith,
    Topin 2019, "Super-convergence".

    Returns
    -------
    int
        Steps done.

    Raises
    ------
    InputError
        If a weight is no number in the end: its lists would be empty.
    """
    seed(run)
    steps = min(params.epochs * -(-rows // params.batch), params.max_steps)
    # Fused: the other way takes square roots that are Intel's or AMD's in the last bits.
    optimiser = torch.optim.Adam(network.parameters(), betas=BETAS, fused=True)
    schedule = OneCycleLR(optimiser, params.learning_rate, total_steps=max(steps, 2), cycle_momentum=False)
    order = torch.empty(0, dtype=torch.long)
    network.train()
    about = f"{params.section}: {rows} rows in batches of {params.batch}"
    bar = tqdm(
        range(min(steps, stop or steps)), desc=about, unit="step", mininterval=1, disable=not workers.on_screen()
    )
    for step in bar:
        if not len(order):
            order = torch.randperm(rows) if shares is None else torch.multinomial(shares, rows, replacement=True)
        batch, order = order[: params.batch], order[params.batch :]
        loss(batch).backward()  # type: ignore[no-untyped-call]  # torch ships no type for it
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)  # see passes.Table
        schedule.step()
        if look:
            network.eval()
            with torch.random.fork_rng(devices=[]):
                look(step + 1)
            network.train()
    optimiser.zero_grad()
    network.eval()
    if not all(weights.isfinite().all() for weights in network.parameters()):
        section = params.section
        rate = f"params.yaml: {section}.learning_rate = {params.learning_rate:g}"
        raise InputError(f"{rate}: {NO_NUMBERS}, expected less")
    return len(bar)
