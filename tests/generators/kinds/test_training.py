import torch

from tests.small import RUN, section
from twostage.generators.kinds.training import fit
from twostage.generators.neural_cf import NeuralCfParams


def learned(max_steps=99, **values):
    """A number drawn towards random ones, in a course of 10 steps at most, and the weights after each."""
    torch.manual_seed(0)
    network, seen = torch.nn.Linear(1, 1), []

    def loss(rows):
        seen.append(network.weight.item())
        return ((network(torch.ones(len(rows), 1)) - torch.rand(len(rows), 1)) ** 2).sum()

    params = section(NeuralCfParams, batch=4, epochs=2, max_steps=max_steps, learning_rate=0.1)
    fit(network, loss, 20, params, RUN, **values)
    return [*seen, network.weight.item()]


def test_a_course_that_stops_is_the_start_of_the_whole_one():
    whole = learned()
    assert len(whole) == 11
    assert learned(stop=4) == whole[:5]
    assert learned(stop=10) == learned(stop=50) == whole


def test_the_bound_on_the_steps_ends_the_course():
    for steps in (1, 2, 3):
        weights = learned(max_steps=steps)
        assert len(weights) == steps + 1
        assert weights[0] != weights[-1]


def test_a_look_sees_every_step_and_changes_none():
    steps = []

    def look(step):
        torch.manual_seed(step)
        steps.append((step, torch.rand(1).item()))

    assert learned(look=look) == learned()
    assert [step for step, _ in steps] == list(range(1, 11))


def test_a_gradient_keeps_its_place_from_step_to_step_and_goes_with_the_last():
    network, places = torch.nn.Linear(1, 1), []

    def loss(rows):
        if network.weight.grad is not None:
            assert network.weight.grad.item() == 0
            places.append(network.weight.grad.data_ptr())
        return network(torch.ones(len(rows), 1)).sum()

    fit(network, loss, 20, section(NeuralCfParams, batch=4, epochs=1, max_steps=4, learning_rate=0.1), RUN)
    assert len(places) == 3
    assert len(set(places)) == 1
    assert network.weight.grad is None
