import json

import numpy as np
import pandas as pd
import pytest

from tests import replayed
from twostage import split
from twostage.backtest import backtest
from twostage.backtest.rolling import cutoffs
from twostage.base import params
from twostage.base.errors import InputError
from twostage.ranking import holdout
from twostage.split import Split


def values() -> pd.DataFrame:
    """Of two cutoffs and seeds. On the 21st the ranker has .375 and .125, on the 11th .5 and .625; popular .25, .75."""
    table = pd.DataFrame(
        {
            "system": ["popular", "ranker"] * 4,
            "cutoff": ["2021-03-21"] * 4 + ["2021-03-11"] * 4,
            "seed": [17, 17, 18, 18] * 2,
            "value": [0.25, 0.375, 0.25, 0.125, 0.75, 0.5, 0.75, 0.625],
        }
    )
    return table.assign(protocol="horizon", measure="ndcg")


def test_summary_by_hand():
    table = backtest.summary(values()).set_index("system")
    assert table.index.tolist() == ["popular", "ranker"]  # the best first
    popular, ours = table.loc["popular"], table.loc["ranker"]
    assert (popular["mean"], ours["mean"]) == (0.5, 0.40625)
    assert (ours["2021-03-11"], ours["2021-03-21"]) == (0.5625, 0.25)  # of each the mean over seeds
    assert (popular["gain"], popular["cutoffs"]) == (-0.09375, 2)  # of 0 and -.1875
    assert (ours["seed_spread"], popular["seed_spread"]) == (0.0625, 0)  # seed 17 .4375, seed 18 .375


def test_no_query_to_judge_is_told():
    with pytest.raises(InputError, match=r"params.yaml: split: no cutoff has a warm user in its test"):
        backtest.summary(values().iloc[:0])


def test_a_win_is_a_cutoff_at_which_the_ranker_is_ahead_and_a_draw_is_none():
    found = values()
    assert backtest.summary(found).set_index("system")["wins"].to_dict() == {"popular": 0, "ranker": 0}
    found.loc[(found["system"] == "popular") & (found["cutoff"] == "2021-03-11"), "value"] = 0.5
    assert backtest.summary(found).set_index("system")["wins"].to_dict() == {"popular": 1, "ranker": 0}


def test_interval_by_hand():
    # Mean 2, standard deviation 1, t of 2 degrees of freedom 4.303: 2 -+ 4.303 / sqrt(3).
    assert backtest.interval(np.array([1.0, 2.0, 3.0])) == pytest.approx((2, 2 - 2.4842, 2 + 2.4842), abs=1e-3)


def test_a_single_cutoff_has_a_mean_and_no_interval():
    table = backtest.summary(values()[values()["cutoff"] == "2021-03-21"])
    assert table["low"].isna().all()
    found = backtest.as_json(table, [])["systems"]["horizon"]["ndcg"]["popular"]
    assert (found["mean"], found["low"], found["2021-03-21"]) == (0.25, None, 0.25)
    json.dumps(found, allow_nan=False)


def test_a_single_seed_has_no_spread():
    table = backtest.summary(values()[values()["seed"] == 17])
    assert table["seed_spread"].isna().all()
    assert backtest.text(table, k=5).splitlines()[4].endswith("| -0.0625 | 1 of 2 |  |")  # .375 over .25, .5 under .75


def test_text_has_a_line_for_each_system_and_a_column_for_each_cutoff():
    title, _, head, _, first, second = backtest.text(backtest.summary(values()), k=5).splitlines()
    assert title == "NDCG@5, horizon, warm users"
    assert head == "| system | mean | 95 % interval | 2021-03-11 | 2021-03-21 | ranker's gain | wins | seeds |"
    assert first.startswith("| popular | 0.5000 | ")
    assert first.endswith("| 0.7500 | 0.2500 | -0.0938 | 0 of 2 | 0.0000 |")
    assert second.endswith("| 0.5625 | 0.2500 |  |  | 0.0625 |")


def test_a_broken_run_goes_on_where_it_stopped(small, tmp_path, monkeypatch):
    tables = replayed.bare(small)
    given = replayed.values(tables)
    world = replayed.world(tables, given)
    found = cutoffs(params.of(Split, given), world.first_day, 2)
    done, choose = [], holdout.choose

    def counted(early, late, *others):
        done.append(late["day"].min())
        return choose(early, late, *others)

    def broken(*sides):
        if len(done) == 1:
            raise KeyboardInterrupt
        return counted(*sides)

    monkeypatch.setattr(holdout, "choose", broken)
    with pytest.raises(KeyboardInterrupt):
        backtest.run(world, given, tmp_path, found, 1)
    monkeypatch.setattr(holdout, "choose", counted)
    table = backtest.run(world, given, tmp_path, found, 1)
    assert len(done) == len(set(done)) == 2
    assert backtest.run(world, given, tmp_path, found, 1).equals(table)
    assert len(done) == 2
    systems = {"popular", "als", "fusion", "ranker"}
    assert len(table) == 2 * 2 * 2 * len(systems)  # protocols, measures, cutoffs
    assert set(table["system"]) == systems
    assert table["value"].between(0, 1).all()
    more = backtest.run(world, given, tmp_path, found[:1], 2)
    assert more["seed"].unique().tolist() == [replayed.SEED, replayed.SEED + 1]
    assert more[more["seed"] == replayed.SEED].equals(table[table["cutoff"] == str(found[0].start)])
    drawn = more[more["system"] == "als"].groupby("seed")["value"].apply(list)
    assert drawn.iloc[0] != drawn.iloc[1], "each seed draws its own models"


def test_a_holdout_that_leaves_nothing_to_train_on_at_an_early_cutoff_is_told_before_any_fit(small, tmp_path):
    """Of two folds the later one and a day can be held out, of one fold not."""
    given = replayed.values(replayed.bare(small), **{"ranker.holdout_days": replayed.LENGTH + 1})
    first_day = split.day(params.of(Split, given).test_start) - 4 * replayed.LENGTH
    found = cutoffs(params.of(Split, given), first_day, 2)
    assert [len(cutoff.valid) for cutoff in found] == [2, 1]
    world = replayed.world(replayed.bare(small), given)
    with pytest.raises(InputError, match=r"ranker\.holdout_days = 7, expected 1 to 5.*\['valid_1'\]"):
        backtest.run(world, given, tmp_path / "kept", found, 1)
    assert not (tmp_path / "kept").exists()
