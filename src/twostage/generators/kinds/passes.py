"""Operations of a network's training with fewer passes over their tables than torch's own."""

from typing import Any

import torch
from torch import nn


class Dropout(nn.Module):
    """Srivastava et al. 2014, to the nearest 256th: a byte of random bits decides on each element."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.kept = 256 - round(256 * share)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.kept == 256:
            return x
        bits = torch.empty(-(-x.numel() // 8), dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)
        return x * (bits[: x.numel()].view(x.shape) < self.kept).float().mul_(256 / self.kept)


class Against(torch.autograd.Function):
    """-log softmax [rows] of `right` [rows] among itself and the logits states x vectors + offset, but for `same`.

    Written out, since one table of [rows, negatives] serves from the logits to their gradients.
    """

    @staticmethod
    def forward(ctx: Any, *given: torch.Tensor) -> torch.Tensor:
        states, vectors, offset, right, same = given
        wrong = torch.addmm(offset, states, vectors.T).masked_fill_(same, -torch.inf)
        top = torch.maximum(wrong.amax(dim=1), right)
        wrong.sub_(top[:, None]).exp_()
        true = (right - top).exp()
        total = wrong.sum(dim=1) + true
        ctx.save_for_backward(states, vectors, wrong, true, total)
        return total.log() + top - right

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        states, vectors, wrong, true, total = ctx.saved_tensors
        share = gradient / total
        shares = wrong.mul_(share[:, None])
        return shares @ vectors, shares.T @ states, shares.sum(dim=0), true * share - gradient, None


class Table(nn.Embedding):
    """An embedding whose gradients are added to those of its table: torch makes a table as large for each use of it.

    So a step of many items costs what its rows do, and leaves no holes of that size in the process's memory, as long as
    the gradients are kept from step to step (`zero_grad(set_to_none=False)`). For `backward` alone: `autograd.grad`
    gets nothing, and of Embedding's options only `padding_idx` counts.
    """

    def forward(self, places: torch.Tensor) -> torch.Tensor:
        given = self.weight, places.flatten(), self.padding_idx
        rows: torch.Tensor = _Rows.apply(*given)  # type: ignore[no-untyped-call]  # torch ships no type for it
        return rows.view(*places.shape, self.embedding_dim)


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, table: nn.Parameter, places: torch.Tensor, padding: int | None) -> torch.Tensor:
        ctx.table, ctx.places, ctx.padding = table, places, padding
        return table.detach().index_select(0, places)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[None, None, None]:
        if ctx.table.grad is None:
            ctx.table.grad = torch.zeros_like(ctx.table)
        ctx.table.grad.index_add_(0, ctx.places, gradient)
        if ctx.padding is not None:
            ctx.table.grad[ctx.padding] = 0
        return None, None, None
