"""A tower of layers over a pair of a user and an item, whose first layer is a sum of their two parts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from twostage.base import runs
from twostage.base.blocks import BLOCK
from twostage.base.params import Run
from twostage.generators.kinds import training
from twostage.generators.kinds.network import in_blocks
from twostage.generators.kinds.passes import Table
from twostage.generators.kinds.sequences import preceding
from twostage.past.asof import Rows
from twostage.past.log import Floats, Ints

if TYPE_CHECKING:
    from twostage.generators.neural_cf import NeuralCfParams

PAIRS = 1 << 12  # pairs in one product
WIDTHS = (64, 32)  # of the hidden layers: the tower is 64-32-1


class Tower(nn.Module):
    """Embeddings of items [items + 1, factors], one as candidates and one as history; 0 is no item."""

    def __init__(self, items: int, factors: int) -> None:
        super().__init__()
        self.item = Table(items + 1, factors, padding_idx=0)
        self.watched = Table(items + 1, factors, padding_idx=0)
        self.user_part = nn.Linear(factors, WIDTHS[0])
        self.item_part = nn.Linear(factors, WIDTHS[0], bias=False)
        self.rest = nn.Sequential(nn.ReLU(), nn.Linear(*WIDTHS), nn.ReLU(), nn.Linear(WIDTHS[1], 1), nn.Sigmoid())

    def users(self, history: torch.Tensor) -> torch.Tensor:
        """First layer's part of users [rows, 64]: of the mean of their history [rows, length]."""
        size = (history != 0).sum(dim=1, keepdim=True).clamp(min=1)
        part: torch.Tensor = self.user_part(self.watched(history).sum(dim=1) / size)
        return part

    def items(self, place: torch.Tensor) -> torch.Tensor:
        """First layer's part of items [..., 64]."""
        part: torch.Tensor = self.item_part(self.item(place))
        return part

    def forward(self, users: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """From parts that broadcast against each other to values between 0 and 1."""
        values: torch.Tensor = self.rest(users + items)[..., 0]
        return values


def train(tower: Tower, user: Ints, item: Rows, target: Floats, params: "NeuralCfParams", run: Run) -> None:
    """Fit to rows in the order of users and time: user, position of the item, target from 0 to 1.

    Mean squared error over each row and `negatives` items drawn evenly, whose target is 0. The user of a row is
    what stands before it, never the row itself; rows with nothing before them are left out.
    """
    before = runs.place(user)
    some = np.flatnonzero(before)
    wanted = torch.from_numpy(target)

    def loss(places: torch.Tensor) -> torch.Tensor:
        rows = some[places.numpy()]
        users = tower.users(torch.from_numpy(preceding(item, rows - before[rows], rows, params.length)))
        drawn = torch.randint(1, len(tower.item.weight), (len(rows), params.negatives))
        pairs = torch.cat([torch.from_numpy(item[rows])[:, None], drawn], dim=1)
        truth = torch.zeros(pairs.shape)
        truth[:, 0] = wanted[rows]
        return nn.functional.mse_loss(tower(users[:, None], tower.items(pairs)), truth)

    training.fit(tower, loss, len(some), params, run)


def tables(tower: Tower, history: Rows) -> Iterator[Floats]:
    """For each BLOCK of users in turn the values [users, items]; each user alone, so company changes no bit."""
    users, items = parts(tower, history)
    for start in range(0, len(history), BLOCK):
        with torch.inference_mode():
            values: Floats = torch.stack([tower(user, items) for user in users[start : start + BLOCK]]).numpy()
        yield values


def pairs(tower: Tower, history: Rows, query: Rows, place: Rows) -> Floats:
    """Values of the pairs (history[query[i]], item at 1 + place[i]), PAIRS at once: see `in_blocks`."""
    users, items = parts(tower, history)
    values: Floats = in_blocks(lambda user, item: tower(users[user], items[item]), PAIRS, query, place).numpy()
    return values[: len(query)]


def parts(tower: Tower, history: Rows) -> tuple[torch.Tensor, torch.Tensor]:
    """The first layer's parts of users [rows, 64] and of all items [items, 64]."""
    with torch.inference_mode():
        items = tower.items(torch.arange(1, len(tower.item.weight)))
    return in_blocks(tower.users, BLOCK, history)[: len(history)], items
