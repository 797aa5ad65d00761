import pytest
import torch

from twostage.generators.kinds.passes import Against, Dropout, Table


def test_dropout_keeps_the_share_and_the_mean():
    torch.manual_seed(0)
    dropped = Dropout(0.25)(torch.ones(300, 333))  # a number of elements that 8 doesn't divide
    assert dropped.unique().tolist() == pytest.approx([0, 4 / 3])
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)


def test_dropout_draws_anew_each_time_and_passes_the_gradient_of_what_it_kept():
    torch.manual_seed(0)
    x, layer = torch.ones(50, 10, requires_grad=True), Dropout(0.5)
    first, second = layer(x), layer(x)
    assert not torch.equal(first, second)
    first.sum().backward()
    assert torch.equal(x.grad, first.detach())


def test_dropout_of_nothing_or_outside_training_changes_nothing():
    x = torch.randn(5, 4)
    assert Dropout(0.0)(x) is x
    assert Dropout(0.9).eval()(x) is x


def plain(states, vectors, offset, right, same):
    wrong = (states @ vectors.T + offset).masked_fill(same, -torch.inf)
    return torch.logsumexp(torch.cat([right[:, None], wrong], dim=1), dim=1) - right


@pytest.mark.parametrize("size", [1.0, 40.0], ids=["small logits", "logits whose exponentials overflow"])
def test_against_and_its_gradients_are_those_of_the_plain_formula(size):
    torch.manual_seed(0)
    shapes = ((6, 3), (4, 3), (4,), (6,))
    ours = [(size * torch.randn(shape, dtype=torch.float64)).requires_grad_() for shape in shapes]
    theirs = [value.detach().clone().requires_grad_() for value in ours]
    same = torch.zeros(6, 4, dtype=torch.bool)
    same[0] = same[1, 2] = True  # the first row has no wrong answer at all
    weight = torch.rand(6, dtype=torch.float64)
    losses, expected = Against.apply(*ours, same), plain(*theirs, same)
    torch.testing.assert_close(losses, expected)
    for values in (losses, expected):
        (values * weight).sum().backward()
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, other.grad)


@pytest.mark.parametrize("padding", [None, 0])
def test_a_tables_rows_and_gradients_are_those_of_an_embedding(padding):
    torch.manual_seed(0)
    theirs = torch.nn.Embedding(7, 3, padding_idx=padding, dtype=torch.float64)
    ours = Table(7, 3, padding_idx=padding, dtype=torch.float64)
    ours.load_state_dict(theirs.state_dict())
    first, second = torch.tensor([[0, 5, 5], [6, 0, 1]]), torch.tensor([5, 2, 0])
    for _ in range(2):  # the second step begins with the first one's gradients, set to 0
        for table in (ours, theirs):
            table.zero_grad(set_to_none=False)
            (table(first).square().sum() + 3 * table(second).sin().sum()).backward()
        assert torch.equal(ours(first), theirs(first))
        torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)


def test_a_tables_step_makes_no_other_table_as_large():
    table = Table(1000, 8)
    table(torch.tensor([1])).sum().backward()
    kept = table.weight.grad.data_ptr()
    with torch.profiler.profile(profile_memory=True, record_shapes=False) as seen:
        table(torch.tensor([[1, 2], [3, 3]])).sum().backward()
    assert table.weight.grad.data_ptr() == kept
    assert max(event.self_cpu_memory_usage for event in seen.events()) < table.weight.nbytes / 10
