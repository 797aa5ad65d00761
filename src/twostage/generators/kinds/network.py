"""What the generators that are networks share: their parameters, weights as arrays, and how they answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from twostage.generators.kinds.generator import GeneratorParams, State
from twostage.past.asof import Rows

if TYPE_CHECKING:  # torch takes seconds to import
    from torch import Tensor, nn


class NetworkParams(GeneratorParams):
    """Width, items of a history that are read, and the course of `training.fit`."""

    factors: int = Field(ge=1)
    length: int = Field(ge=1)
    batch: int = Field(ge=1)
    epochs: int = Field(ge=1)
    max_steps: int = Field(ge=1)
    learning_rate: float = Field(gt=0)


def weights_of(network: "nn.Module") -> dict[str, np.ndarray]:
    """Arrays by names that begin with "net."."""
    return {f"net.{name}": value.detach().numpy() for name, value in network.state_dict().items()}


def set_weights(network: "nn.Module", state: State) -> None:
    """The weights that `weights_of` gave, into a network of the same shape that answers and learns no more."""
    from torch import from_numpy

    network.load_state_dict({name: from_numpy(state[f"net.{name}"]) for name in network.state_dict()})
    network.eval()


def in_blocks(answer: "Callable[..., Tensor]", size: int, *tables: Rows) -> "Tensor":
    """Of each row of the tables, `size` at once, zeros behind the last: a row's bits don't depend on its company.

    The answers to the zeros are still there.
    """
    import torch

    missing = -len(tables[0]) % size
    padded = [np.pad(table, [(0, missing)] + [(0, 0)] * (table.ndim - 1)) for table in tables]
    blocks = zip(*(torch.split(torch.from_numpy(table), size) for table in padded), strict=True)
    with torch.inference_mode():
        return torch.cat([answer(*block) for block in blocks])
