import numpy as np
import torch

from twostage.generators.kinds.network import in_blocks


def test_rows_are_answered_in_whole_blocks_with_zeros_behind_the_last():
    asked = []

    def answer(history: torch.Tensor, code: torch.Tensor) -> torch.Tensor:
        asked.append((history.tolist(), code.tolist()))
        return history.sum(dim=1) + code

    found = in_blocks(answer, 2, np.array([[1, 2], [3, 4], [5, 6]]), np.array([10, 20, 30]))
    assert found.tolist() == [13, 27, 41, 0]
    assert asked == [([[1, 2], [3, 4]], [10, 20]), ([[5, 6], [0, 0]], [30, 0])]
