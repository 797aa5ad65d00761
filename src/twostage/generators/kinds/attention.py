"""A causal transformer over sequences of items: its layers and its use."""

import numpy as np
import torch
from torch import nn

from twostage.base.blocks import BLOCK
from twostage.generators.kinds.network import in_blocks
from twostage.generators.kinds.passes import Dropout, Table
from twostage.generators.kinds.sequences import GAPS
from twostage.past.asof import Rows
from twostage.past.log import Floats


class Block(nn.Module):
    """Pre-norm attention and a feed-forward layer, each with a way around it."""

    def __init__(self, factors: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.before_attention, self.before_feed = nn.LayerNorm(factors), nn.LayerNorm(factors)
        self.project, self.merge = nn.Linear(factors, 3 * factors), nn.Linear(factors, factors)
        self.feed = nn.Sequential(nn.Linear(factors, factors), nn.GELU(), Dropout(dropout), nn.Linear(factors, factors))
        self.drop = Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor, last: bool, places: torch.Tensor | None) -> torch.Tensor:
        """[rows, length, factors] to [rows x length, factors]; with `last` of each row's last place, or of `places`."""
        rows, length, factors = x.shape
        parts = self.project(self.before_attention(x)).view(rows, length, 3, self.heads, factors // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        if last:
            x, q, mask = x[:, -1:], q[:, :, -1:], mask[:, :, -1:]
        attended = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x, attended = x.reshape(-1, factors), attended.transpose(1, 2).reshape(-1, factors)
        if places is not None:
            x, attended = x.index_select(0, places), attended.index_select(0, places)
        x = x + self.drop(self.merge(attended))
        y: torch.Tensor = x + self.drop(self.feed(self.before_feed(x)))
        return y


class SequenceEncoder(nn.Module):
    """Sequences of item positions [rows, length], right-aligned, 0 for no item, to states of places in them.

    Beside each item stands the code of the days to the next one. `factors` must be a multiple of `heads`.
    A state times an item's vector, plus the item's bias, is a score. The vector is the item's embedding, and with
    `values` [items + 1, values], weights of each item's categories, the sum of their embeddings by weight beside it.
    """

    values: torch.Tensor

    def __init__(
        self,
        items: int,
        factors: int,
        length: int,
        blocks: int,
        heads: int,
        dropout: float,
        values: torch.Tensor | None,
    ) -> None:
        super().__init__()
        self.embedding = Table(items + 1, factors, padding_idx=0)
        self.place = nn.Embedding(length, factors)
        self.gap = nn.Embedding(len(GAPS) + 2, factors)
        self.bias = nn.Parameter(torch.zeros(items + 1))
        for table in (self.embedding, self.place, self.gap):
            nn.init.normal_(table.weight, std=factors**-0.5)
        self.blocks = nn.ModuleList(Block(factors, heads, dropout) for _ in range(blocks))
        self.norm, self.drop = nn.LayerNorm(factors), Dropout(dropout)
        if values is not None:
            self.register_buffer("values", values)
            self.category = nn.Parameter(torch.zeros(values.shape[1], factors))

    def vectors(self, items: torch.Tensor) -> torch.Tensor:
        """[..., factors]: the embeddings of `items`, with those of their categories where it has any."""
        embeddings: torch.Tensor = self.embedding(items)
        return embeddings + self.values[items] @ self.category if "values" in self._buffers else embeddings

    def item_vectors(self) -> Floats:
        """[items, factors + 1] of positions 1, 2, ..., the last number being the bias."""
        with torch.inference_mode():
            vectors = self.vectors(torch.arange(len(self.bias)))
            found: Floats = torch.cat([vectors, self.bias[:, None]], dim=1)[1:].numpy()
        return found

    def forward(self, sequences: torch.Tensor, gaps: torch.Tensor, places: torch.Tensor | None = None) -> torch.Tensor:
        """States of `places`, counted through the rows [places, factors], or of each row's last one [rows, factors]."""
        rows, length = sequences.shape
        x = self.drop(self.vectors(sequences) + self.place.weight[-length:] + self.gap(gaps))
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        # Every place sees itself, so that no row of the softmax is empty.
        mask = ((causal & (sequences != 0)[:, None, :]) | torch.eye(length, dtype=torch.bool))[:, None]
        for block in self.blocks[:-1]:
            x = block(x, mask, False, None).view(rows, length, -1)
        states: torch.Tensor = self.norm(self.blocks[-1](x, mask, places is None, places))
        return states


def encode(encoder: SequenceEncoder, sequences: Rows, gaps: Rows) -> Floats:
    """States of the last places [rows, factors]; zeros for a row without an item.

    A row is encoded in a width of its own, the power of two that holds its items: most histories are short.
    """
    rows, length = sequences.shape
    filled = np.where((sequences != 0).any(axis=1), length - (sequences != 0).argmax(axis=1), 0)
    widths = np.minimum(2 ** np.ceil(np.log2(np.maximum(filled, 1))).astype(np.int64), length)
    vectors = np.zeros((rows, encoder.embedding.embedding_dim), np.float32)
    for width in np.unique(widths[filled > 0]):
        places = np.flatnonzero((widths == width) & (filled > 0))
        states = in_blocks(encoder, BLOCK, sequences[places, -width:], gaps[places, -width:])
        vectors[places] = states[: len(places)].numpy()
    return vectors
