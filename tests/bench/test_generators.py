import json

import pytest
import torch

from bench import generator_cost, generators
from bench.generators import HEADS
from tests.small import RUN, log, make, section
from twostage import generators as registry
from twostage.generators.kinds import training
from twostage.generators.neural_cf import NeuralCfParams


def table(out: str) -> list[dict[str, str]]:
    """Rows by the heads of their columns, which end where the heads end."""
    head, *lines = out.splitlines()
    stops = [head.index(name) + len(name) for name in HEADS]
    # The names are aligned to the left.
    stops[1] = head.index("users") - 5
    edges = list(zip([0, *stops], stops, strict=False))
    return [{name: line[a:b].strip() for name, (a, b) in zip(HEADS, edges, strict=True)} for line in lines]


def test_every_size_and_name_has_a_row_and_growth_follows(capsys: pytest.CaptureFixture[str]):
    generators.main("0.0002", "0.0004", "popular", "implicit")
    rows = table(capsys.readouterr().out)
    assert [(row["share"], row["generator"]) for row in rows] == [
        *((share, name) for share in ("0.0002", "0.0004") for name in ("popular", "implicit", "sum")),
        *(("power", name) for name in ("popular", "implicit")),
    ]
    assert [row["users"] for row in rows] == ["192", "192", "", "385", "385", "", "", ""]
    for row in (rows[i] for i in (0, 1, 3, 4)):
        assert float(row["retrieve"]) > 0
        assert all(float(row[name]) >= 0 for name in ("fit s", "score", "peak MB"))
        assert row["epoch s"] == row["ratio"] == ""
    assert [rows[i]["fit s"] for i in (2, 5)] == [rows[i]["fit s"] for i in (0, 3)]


COSTS = {
    "als": {"fit": 2.0, "retrieve": 3.0, "width": 12},
    "bpr": {"fit": 1.0, "retrieve": 4.5, "width": 12},
    "sasrec": {"fit": 4.0, "retrieve": 6.0, "width": 64, "epoch": 8.0},
    "product-12": {"fit": 0.0, "retrieve": 1.5},
    "product-64": {"fit": 0.0, "retrieve": 4.0},
    "implicit": {"fit": 9.0, "retrieve": 1.0},
}


def test_factors_stand_beside_a_product_as_wide_that_is_measured_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def child(kind: str, name: str, folder: str) -> str:
        return json.dumps(COSTS[name] | {"users": 10, "score": 0.5, "peak": 100})

    monkeypatch.setattr(generators, "_child", child)
    generators.main("als", "bpr", "sasrec", "implicit")
    rows = {row["generator"]: row for row in table(capsys.readouterr().out)}
    assert list(rows) == ["product-12", "als", "bpr", "product-64", "sasrec", "implicit", "sum"]
    assert [row["ratio"] for row in rows.values()] == ["", "2.0", "3.0", "", "1.5", "", ""]
    assert [row["epoch s"] for row in rows.values()] == ["", "", "", "", "8.00", "", ""]
    # Of the generators alone.
    assert rows["sum"]["fit s"] == "7.00"


def test_seconds_of_an_epoch_are_those_of_a_step_times_its_batches(monkeypatch: pytest.MonkeyPatch):
    network = torch.nn.Linear(1, 1)
    monkeypatch.setattr(generator_cost, "_cpu", lambda work: work() or 8.0)
    epochs: list[float] = []
    # Three batches an epoch, of which the bound on the steps leaves four in all.
    params = section(NeuralCfParams, batch=4, epochs=2, max_steps=4)

    def loss(rows: torch.Tensor) -> torch.Tensor:
        return network(rows[:, None].float()).sum()

    generator_cost._taught(epochs, training.fit, network, loss, 10, params, RUN)
    assert epochs == [8.0 / 4 * 3]


def test_an_epoch_is_measured_of_every_network_and_of_nothing_else():
    some = log([(user, item, item) for user in range(5) for item in range(3)])
    measured = {name for name in registry.names() if "epoch" in generator_cost._fitted(make(name), some)}
    assert measured == {"neural_cf", "sasrec", "two_tower"}


def test_an_unknown_name_ends_it_with_what_is_known():
    with pytest.raises(SystemExit, match="unknown 'popluar'"):
        generators.main("0.0002", "popluar")
