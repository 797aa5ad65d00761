"""How a transformer learns to name the next item at every place of a sequence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from twostage.base.params import Run
from twostage.generators.kinds import training
from twostage.generators.kinds.attention import SequenceEncoder
from twostage.generators.kinds.passes import Against
from twostage.generators.kinds.sequences import PADDING, gap_code
from twostage.past.asof import Rows

if TYPE_CHECKING:
    from twostage.generators.sasrec import SasrecParams

LIGHT = 0.25  # chance of a place to be learned in a step, at least


@dataclass(frozen=True)
class Lessons:
    """What is learned, one window a row: see `sequences.windows`.

    Parameters
    ----------
    items, days:
        [windows, length + 1], items as positions from 1, 0 for none.
    shares:
        [windows]: how often a window is drawn, against the others.
    popularity:
        [items + 1]: how often an item is drawn as a negative; the sum is 1.
    """

    items: Rows
    days: Rows
    shares: npt.NDArray[np.float64]
    popularity: npt.NDArray[np.float64]


def train(
    encoder: SequenceEncoder,
    lessons: Lessons,
    params: "SasrecParams",
    run: Run,
    stop: int | None = None,
    look: Callable[[int], None] | None = None,
) -> int:
    """Fit to windows: at every place the next item. For `stop`, `look` and what is returned see `training.fit`."""
    gap = np.diff(lessons.days, axis=1)
    weight = np.where(gap > 0, 1, params.same_day) * (lessons.items[:, :-1] != PADDING)
    items, gaps = torch.from_numpy(lessons.items), torch.from_numpy(gap_code(gap))
    weights = torch.from_numpy(weight.astype(np.float32))
    popularity = torch.from_numpy(lessons.popularity)
    shares = torch.from_numpy(lessons.shares)

    def loss(rows: torch.Tensor) -> torch.Tensor:
        negatives = torch.multinomial(popularity, params.negatives, replacement=True)
        weight = weights[rows]
        # A place of little weight is learned in one step of LIGHT with as much more of it: the same on average.
        chance = weight.clamp(min=LIGHT)
        weight = torch.where(torch.rand(weight.shape) < chance, weight / chance, 0)
        return next_item_loss(encoder, items[rows], gaps[rows], weight, negatives, popularity)

    return training.fit(encoder, loss, len(items), params, run, shares, stop, look)


def next_item_loss(
    encoder: SequenceEncoder,
    items: torch.Tensor,
    gaps: torch.Tensor,
    weights: torch.Tensor,
    negatives: torch.Tensor,
    popularity: torch.Tensor,
) -> torch.Tensor:
    """Weighted mean over places of -log softmax of the next item among itself and negatives that the batch shares.

    items [rows, length + 1], gaps and weights [rows, length]. Each logit is less the log of how often its item is
    drawn: Bengio, Senecal 2008, IEEE Transactions on Neural Networks 19 (4), on importance
    sampling, section 3.
    """
    learned = torch.nonzero(weights.flatten())[:, 0]
    states = encoder(items[:, :-1], gaps, learned)
    target, weight = items[:, 1:].flatten()[learned], weights.flatten()[learned]
    offset = encoder.bias - popularity.log().float()
    right = (states * encoder.vectors(target)).sum(dim=1) + offset[target]
    losses: torch.Tensor = Against.apply(  # type: ignore[no-untyped-call]  # torch ships no type for it
        states, encoder.vectors(negatives), offset[negatives], right, negatives == target[:, None]
    )
    mean: torch.Tensor = (losses * weight).sum() / weight.sum().clamp(min=1e-9)
    return mean
