"""A causal transformer over sequences of items: its layers, its training, its use."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from twostage.generators.kinds.training import Course, fit, seeded
from twostage.log import Floats
from twostage.params import Run

if TYPE_CHECKING:
    from twostage.generators.sasrec import SasrecParams

BLOCK = 100  # sequences encoded at once, the last block padded: a row's bits don't depend on what stands beside it


class Block(nn.Module):
    """Pre-norm attention and a feed-forward layer, each with a way around it."""

    def __init__(self, factors: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.before_attention, self.before_feed = nn.LayerNorm(factors), nn.LayerNorm(factors)
        self.project, self.merge = nn.Linear(factors, 3 * factors), nn.Linear(factors, factors)
        self.feed = nn.Sequential(
            nn.Linear(factors, factors), nn.GELU(), nn.Dropout(dropout), nn.Linear(factors, factors)
        )
        self.drop = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor, last: bool = False) -> torch.Tensor:
        """[rows, length, factors] to the same, or with `last` to its last place alone: [rows, 1, factors]."""
        rows, length, factors = x.shape
        parts = self.project(self.before_attention(x)).view(rows, length, 3, self.heads, factors // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        if last:
            x, q, mask = x[:, -1:], q[:, :, -1:], mask[:, :, -1:]
        attended = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = x + self.drop(self.merge(attended.transpose(1, 2).reshape(rows, -1, factors)))
        y: torch.Tensor = x + self.drop(self.feed(self.before_feed(x)))
        return y


class SequenceEncoder(nn.Module):
    """Sequences of item positions [rows, length], right-aligned, 0 for no item, to states [rows, length, factors].

    `factors` must be a multiple of `heads`.
    """

    def __init__(self, items: int, factors: int, length: int, blocks: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(items + 1, factors, padding_idx=0)
        self.place = nn.Embedding(length, factors)
        nn.init.normal_(self.embedding.weight, std=factors**-0.5)
        nn.init.normal_(self.place.weight, std=factors**-0.5)
        self.blocks = nn.ModuleList(Block(factors, heads, dropout) for _ in range(blocks))
        self.norm, self.drop = nn.LayerNorm(factors), nn.Dropout(dropout)

    def forward(self, sequences: torch.Tensor, last: bool = False) -> torch.Tensor:
        """States of every place, or with `last` of the last one: [rows, factors]."""
        length = sequences.shape[1]
        x = self.drop(self.embedding(sequences) + self.place.weight[-length:])
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        # Every place sees itself, so that no row of the softmax is empty.
        mask = (causal & (sequences != 0)[:, None, :]) | torch.eye(length, dtype=torch.bool)
        for place, block in enumerate(self.blocks, start=1):
            x = block(x, mask[:, None], last and place == len(self.blocks))
        states: torch.Tensor = self.norm(x[:, -1] if last else x)
        return states


def train(encoder: SequenceEncoder, sequences: npt.NDArray[np.int64], params: "SasrecParams", run: Run) -> None:
    """Fit to sequences [users, length + 1]: at every place the next item."""
    table = torch.from_numpy(sequences)
    p = params
    with seeded(run):
        fit(
            encoder,
            lambda rows: next_item_loss(encoder, table[rows], p.negatives),
            Course(len(table), p.batch, p.epochs, p.max_steps, p.learning_rate),
            "sasrec",
        )


def next_item_loss(encoder: SequenceEncoder, batch: torch.Tensor, negatives: int) -> torch.Tensor:
    """Mean over places of -log softmax of the next item among itself and negatives that the batch shares."""
    known = batch[:, :-1] != 0
    states, target = encoder(batch[:, :-1])[known], batch[:, 1:][known]
    table = encoder.embedding.weight
    wrong_items = torch.randint(1, len(table), (negatives,))
    right = (states * table[target]).sum(dim=1, keepdim=True)
    # A negative that is the true item says nothing.
    wrong = (states @ table[wrong_items].T).masked_fill(wrong_items[None, :] == target[:, None], -torch.inf)
    logits = torch.cat([right, wrong], dim=1)
    return nn.functional.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def encode(encoder: SequenceEncoder, sequences: npt.NDArray[np.int64], run: Run) -> Floats:
    """States of the last places [rows, factors]; zeros for a row without an item.

    A row is encoded in a width of its own, the power of two that holds its items: most histories are short.
    """
    rows, length = sequences.shape
    filled = np.where((sequences != 0).any(axis=1), length - (sequences != 0).argmax(axis=1), 0)
    widths = np.minimum(2 ** np.ceil(np.log2(np.maximum(filled, 1))).astype(np.int64), length)
    vectors = np.zeros((rows, encoder.embedding.embedding_dim), np.float32)
    with torch.inference_mode(), seeded(run):
        for width in np.unique(widths[filled > 0]):
            places = np.flatnonzero((widths == width) & (filled > 0))
            padded = np.zeros((-(-len(places) // BLOCK) * BLOCK, width), np.int64)
            padded[: len(places)] = sequences[places, -width:]
            blocks = torch.split(torch.from_numpy(padded), BLOCK)
            states = torch.cat([encoder(block, last=True) for block in blocks])
            vectors[places] = states[: len(places)].numpy()
    return vectors
