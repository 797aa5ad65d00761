import pytest
import torch

from twostage.generators.kinds.training import Adam, Course, fit, one_cycle


@pytest.mark.parametrize("steps", [2, 3, 7, 50])
def test_the_learning_rate_is_that_of_torch(steps):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.0, total_steps=steps)
    for step in range(steps):
        assert one_cycle(step, steps) == pytest.approx(optimiser.param_groups[0]["lr"], rel=1e-9)
        optimiser.step()
        if step < steps - 1:
            schedule.step()


def test_adam_is_that_of_torch_and_forgets_the_gradients():
    torch.manual_seed(0)
    ours, theirs = (torch.nn.Parameter(torch.arange(6.0).reshape(2, 3)) for _ in range(2))
    unused = torch.nn.Parameter(torch.ones(2))
    adam, reference = Adam([ours, unused]), torch.optim.Adam([theirs], betas=Adam.BETAS)
    for step in range(5):
        target = torch.randn(2, 3)
        reference.param_groups[0]["lr"] = 0.1 * (step + 1)
        reference.zero_grad()
        for parameter in (ours, theirs):
            ((parameter - target) ** 2).sum().backward()
        adam.step(0.1 * (step + 1))
        reference.step()
        assert ours.grad is None
    torch.testing.assert_close(ours, theirs)
    assert unused.tolist() == [1, 1]


def learned(**values):
    """A number drawn towards random ones, in a course of 10 steps, and the weights after each."""
    torch.manual_seed(0)
    network, seen = torch.nn.Linear(1, 1), []

    def loss(rows):
        seen.append(network.weight.item())
        return ((network(torch.ones(len(rows), 1)) - torch.rand(len(rows), 1)) ** 2).sum()

    fit(network, loss, Course(rows=20, batch=4, epochs=2, max_steps=99, learning_rate=0.1), "test", **values)
    return [*seen, network.weight.item()]


def test_a_course_that_stops_is_the_start_of_the_whole_one():
    whole = learned()
    assert len(whole) == 11
    assert learned(stop=4) == whole[:5]
    assert learned(stop=10) == learned(stop=50) == whole


def test_a_look_sees_every_step_and_changes_none():
    steps = []

    def look(step):
        torch.manual_seed(step)
        steps.append((step, torch.rand(1).item()))

    assert learned(look=look) == learned()
    assert [step for step, _ in steps] == list(range(1, 11))
