"""Two operations of a network's training with fewer passes over their tables than torch's own."""

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
