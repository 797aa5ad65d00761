import pandas as pd
import pytest

from bench import hourly, regimes
from tests import replayed
from twostage.base import params
from twostage.base.errors import InputError
from twostage.datasets import Data
from twostage.split import Split


def test_the_last_period_of_the_log_is_a_cutoffs_test():
    wanted = regimes.values({"days": 2, "simulated": {"users": 100, "items": 50, "views": 200, "days": 16}})
    split = params.of(Split, wanted)
    # 2021-03-13 and 15 days after it; the test that is never asked begins behind them.
    assert (str(split.valid_start), str(split.test_start)) == ("2021-03-27", "2021-03-29")
    assert params.of(Data, wanted).simulated.days == 16


@pytest.mark.parametrize("name", params.document(regimes.SETTINGS))
def test_every_log_can_be_simulated_and_has_room_for_its_periods(name):
    regime = params.document(regimes.SETTINGS)[name]
    wanted = regimes.values(regime)
    days = hourly.DAYS if regimes.HOURLY in regime else params.of(Data, wanted).simulated.days
    folds = len(wanted["split"]["valid_folds"])
    assert (regimes.CUTOFFS + folds) * regime["days"] < days


def test_an_unknown_log_is_named_with_those_that_there_are():
    with pytest.raises(InputError, match=r"bench/regimes\.yaml has no nws; it has series, news"):
        regimes.main("nws")


def test_a_log_is_simulated_and_every_system_measured_on_it(small, monkeypatch, capsys):
    quick, read = replayed.values(replayed.bare(small)), params.document
    monkeypatch.setattr(
        regimes.params, "document", lambda path=params.FILE: quick if path == params.FILE else read(path)
    )
    table = regimes.measured({"days": 5, "simulated": {"users": 60, "items": 60, "views": 360, "days": 30}})
    warm = table[table["segment"] == "warm"].set_index("system")["ndcg"]
    assert set(warm.index) == {"popular", "als", "fusion", "ranker"}
    assert warm.between(0, 1).all()
    assert warm["popular"] > 0


def test_a_log_with_times_is_made_for_its_own_regime():
    regime = {"days": 2, "hourly": {"users": 300, "items": 3000, "clicks": 6000}}
    wanted = regimes.values(regime)
    split = params.of(Split, wanted)
    log = regimes.tables(regime, wanted).interactions
    assert (str(split.valid_start), str(split.test_start)) == ("2022-10-15", "2022-10-17")
    assert log["day"].max() - log["day"].min() == hourly.DAYS - 1
    assert log["time"].max() > 23 * 3600
    # What is read lives for hours: half of most items' clicks lie within less than a day.
    moment = log["day"] * 86_400 + log["time"]
    half = moment.groupby(log["item"]).agg(lambda times: times.quantile(0.75) - times.quantile(0.25))
    assert half[log["item"].value_counts() >= 10].median() < 86_400


def test_a_line_has_the_best_generator_and_the_rankers_gain_over_it():
    rows = [("warm", "a", 0.1), ("warm", "b", 0.2), ("warm", "fusion", 0.25), ("warm", "ranker", 0.3)]
    table = pd.DataFrame(rows, columns=["segment", "system", "ndcg"])
    assert regimes.line("x", table, ["a", "b"]) == "| x | b 0.200 | 0.250 | 0.300 | +50% | - | - | - | - |"
