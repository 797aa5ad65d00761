"""Two towers: a user's history and segment on one side, an item's id and attributes on the other."""

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
    from twostage.generators.two_tower import TwoTowerParams


class Towers(nn.Module):
    """Vectors of users and items [rows, factors]; a product of two is a score.

    Items are positions from 1; 0 is no item.

    Parameters
    ----------
    values:
        [items + 1, values]: weights of each item's attributes.
    sizes:
        How many values each code of a user has.
    """

    values: torch.Tensor

    def __init__(self, values: torch.Tensor, sizes: list[int], length: int, factors: int) -> None:
        super().__init__()
        self.register_buffer("values", values)
        self.item = Table(len(values), factors, _weight=torch.zeros(len(values), factors))
        self.value = nn.Parameter(torch.zeros(values.shape[1], factors))
        self.codes = nn.ModuleList(nn.Embedding(size, factors) for size in sizes)
        self.place = nn.Parameter(torch.zeros(length))
        self.deep = nn.Sequential(nn.Linear(factors, 2 * factors), nn.ReLU(), nn.Linear(2 * factors, factors))
        for weights in self.codes.parameters():
            nn.init.normal_(weights, std=factors**-0.5)

    def items(self, place: torch.Tensor, hidden: torch.Tensor | None = None) -> torch.Tensor:
        """Vectors of items: id and attributes, or where `hidden` the attributes alone."""
        ids = self.item(place) if hidden is None else self.item(place) * ~hidden[:, None]
        vectors: torch.Tensor = ids + self.values[place] @ self.value
        return vectors

    def users(self, history: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        """Vectors of users from history [rows, length], right-aligned, and codes [rows, codes].

        The history is a mean with a learned weight for each place in it; an empty one leaves the codes alone.
        """
        weights = self.place.exp() * (history != 0)
        weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-9)
        pooled = (weights[:, None] @ self.items(history))[:, 0]
        for column, table in enumerate(self.codes):
            pooled = pooled + table(codes[:, column])
        vectors: torch.Tensor = pooled + self.deep(pooled)
        return vectors

    def item_vectors(self) -> Floats:
        """[items, factors] of positions 1, 2, ..."""
        with torch.inference_mode():
            vectors: Floats = self.items(torch.arange(1, len(self.values))).numpy()
        return vectors

    def begin(self, items: Rows, run: Run) -> None:
        """Draw the values, and the ids of the items that the fit sees: of others attributes alone speak.

        Nothing is drawn for an item that is yet to come: it would move all other draws.
        """
        factors, rng = self.item.embedding_dim, np.random.default_rng(run.seed)
        for weights, rows in ((self.value.data, np.arange(len(self.value))), (self.item.weight.data, items)):
            drawn = rng.standard_normal((len(rows), factors)) * factors**-0.5
            weights[rows] = torch.from_numpy(drawn.astype(np.float32))


def train(towers: Towers, user: Ints, item: Rows, codes: Rows, params: "TwoTowerParams", run: Run) -> None:
    """Fit to rows in the order of users and time: user, position of the item, codes [rows, codes].

    A row's history is what stands before it.
    """
    before = runs.place(user)
    shares = np.bincount(item, minlength=len(towers.values)) / len(item)
    log_share = torch.from_numpy(np.log(np.maximum(shares, 1 / len(item))).astype(np.float32))

    def loss(batch: torch.Tensor) -> torch.Tensor:
        rows = batch.numpy()  # a tensor of one row would be taken for a place, and give a number
        past = torch.from_numpy(preceding(item, rows - before[rows], rows, params.length))
        past = past * (torch.rand(len(rows), 1) >= params.hide)
        target = torch.from_numpy(item[rows])
        users = towers.users(past, torch.from_numpy(codes[rows]))
        items = towers.items(target, hidden=torch.rand(len(rows)) < params.hide)
        return batch_loss(users @ items.T, target, log_share)

    towers.begin(np.flatnonzero(shares), run)
    training.fit(towers, loss, len(item), params, run)


def batch_loss(products: torch.Tensor, target: torch.Tensor, log_share: torch.Tensor) -> torch.Tensor:
    """Mean over rows of -log softmax of a row's item among those of its batch, each logit less the log of its share.

    Yi et al. 2019, "Sampling-bias-corrected neural modeling for large corpus item recommendations", section 3. The
    row's item in another row of the batch is no wrong answer and left out.

    products: [rows, rows], of row i's user and row j's item; target: position of each row's item; log_share: of each
    position among all rows.
    """
    same = (target[:, None] == target) & ~torch.eye(len(target), dtype=torch.bool)
    logits = (products - log_share[target]).masked_fill(same, -torch.inf)
    return nn.functional.cross_entropy(logits, torch.arange(len(target)))


def user_vectors(towers: Towers, history: Rows, codes: Rows) -> Floats:
    """[rows, factors], of whole blocks of BLOCK: see `in_blocks`."""
    vectors: Floats = in_blocks(towers.users, BLOCK, history, codes).numpy()
    return vectors
