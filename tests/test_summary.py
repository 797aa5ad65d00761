import json
from pathlib import Path

import pytest

from twostage import __main__, summary
from twostage.base.errors import InputError


def values(ndcg: float, map_: float, **more: object) -> dict[str, object]:
    intervals = {"ndcg_interval": [ndcg - 0.1, ndcg + 0.1], "map_interval": [map_ - 0.01, map_ + 0.01]}
    return {"ndcg": ndcg, "map": map_, **intervals, **more}


RANKING = {
    "als": {"horizon": {"warm": values(0.25, 0.05, users=7)}, "daily": {"warm": values(0.2, 0.04, users=7)}},
    "ranker": {"horizon": {"warm": values(0.5, 0.06, users=7)}, "daily": {"warm": values(0.9, 0.05, users=7)}},
    "fusion": {"horizon": {"warm": values(0.3, 0.01, users=7)}, "daily": {"warm": values(0.1, 0.03, users=7)}},
}
RANKER = {
    "leads": {"warm": "ranker", "cold": "fusion"},
    "choices": {
        "in_use": {"daily": {"ndcg": 0.4, "queries": 8}, "horizon": {"ndcg": 0.5, "queries": 4}},
        "others": {
            "negatives: 4": {
                "daily": {"ndcg": 0.45, "gain": 0.05, "gain_interval": [0.04, 0.06], "queries": 8},
                "horizon": {"ndcg": 0.49, "gain": -0.01, "gain_interval": [-0.02, 0.0], "queries": 4},
            },
        },
    },
}
OF_ALL = {
    "ranker": {"roc_auc": 0.6, "roc_auc_within_query": 0.55, "pr_auc": 0.8},
    "classifier": {"roc_auc": 0.7, "roc_auc_within_query": 0.5, "pr_auc": 1.0, "log_loss": 1.25},
}
OBSERVED = {
    "label": "target = 1",
    "learned_from": 40,
    "pairs": 4,
    "proposed": 0.4,
    "all": {"pairs": 4, "liked": 0.75, "log_loss_of_the_share": 0.5625, "scorers": OF_ALL},
    "cold": {
        "pairs": 2,
        "liked": 0.5,
        "log_loss_of_the_share": 0.25,
        "scorers": {**OF_ALL, "ranker": {"roc_auc": 0.2}},
    },
    "calibration": {"predicted": [0.2, 0.4], "observed": [0.5, 1.0], "pairs": [3, 1]},
}
PROOF = {
    "leads": {
        "horizon": {
            "warm": {
                "als": values(0.25, 0.01, ndcg_p=0.001, ndcg_holm=0.004, map_p=0.5, map_holm=1.0),
                "fusion": values(0.2, 0.05, ndcg_p=0.002, ndcg_holm=0.0041, map_p=0.01, map_holm=0.02),
            },
            "cold": {
                "als": values(0.15, 0.02, ndcg_p=0.1, ndcg_holm=0.4, map_p=0.5, map_holm=1.0),
                "fusion": values(-0.1, 0.03, ndcg_p=0.2, ndcg_holm=0.8, map_p=0.01, map_holm=0.05),
            },
        },
        "tests": 4,
    },
    "parts": {
        "light_rows": 2.5,
        "daily": {},
        "horizon": {
            "cold": {"queries": 9, "users": 2, "fusion": values(0.5, 0.02), "ranker": values(0.5, 0.03)},
            "type film": {"queries": 9, "users": 3, "fusion": values(0.5, 0.01), "ranker": values(0.5, 0.04)},
            "warm": {"queries": 9, "users": 1, "fusion": values(0.2, 0.02), "ranker": values(0.3, 0.01)},
        },
    },
    "steps": {"horizon": {"gains": {"fusion to ranker": values(0.05, 0.0005)}}},
    "ceiling": {
        "horizon": {
            "warm": {
                "union_recall": 0.5,
                "recall_at_k_of_a_perfect_order": 0.4,
                "recall_at_k": 0.1,
                "recall_at_keep": 0.3,
                "taken_at_k": 0.2,
                "taken_of_a_perfect_order": 0.25,
                "taken_at_keep": 0.6,
            },
            "cold": {
                "union_recall": 0.0,
                "recall_at_k_of_a_perfect_order": 0.0,
                "recall_at_k": 0.0,
                "recall_at_keep": 0.0,
            },
        }
    },
}
EXPECTED = """\
### Every system, horizon

| system | NDCG@5 warm (7 users) | MAP@5 warm (7 users) |
| --- | --- | --- |
| ranker | .500 [.400, .600] | .0600 [.0500, .0700] |
| fusion | .300 [.200, .400] | .0100 [.0000, .0200] |
| als | .250 [.150, .350] | .0500 [.0400, .0600] |

fusion leads the lists of cold users: the ranker was worse for them on the holdout, or learned from none.

### Every system, daily

| system | NDCG@5 warm (7 users) | MAP@5 warm (7 users) |
| --- | --- | --- |
| ranker | .900 [.800, 1.000] | .0500 [.0400, .0600] |
| als | .200 [.100, .300] | .0400 [.0300, .0500] |
| fusion | .100 [.000, .200] | .0300 [.0200, .0400] |

fusion leads the lists of cold users: the ranker was worse for them on the holdout, or learned from none.

### Ranker less each other system, horizon (p by Holm, of 4 tests)

| less | NDCG@5 warm | p | MAP@5 warm | p | NDCG@5 cold | p | MAP@5 cold | p |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| fusion | .200 [.100, .300] | .0041 | .0500 [.0400, .0600] | .0200 \
| -.100 [-.200, .000] | .8000 | .0300 [.0200, .0400] | .0500 |
| als | .250 [.150, .350] | .0040 | .0100 [.0000, .0200] | 1.0000 \
| .150 [.050, .250] | .4000 | .0200 [.0100, .0300] | 1.0000 |

### Gain by step, warm users, horizon

| step | NDCG@5 | MAP@5 |
| --- | --- | --- |
| fusion to ranker | .050 [-.050, .150] | .0005 [-.0095, .0105] |

### NDCG@5 by kind of user and item (light: up to 2.5 rows), horizon

| system | warm (1 users) | cold (2 users) | type film (3 users) |
| --- | --- | --- | --- |
| ranker | .300 [.200, .400] | .500 [.400, .600] | .500 [.400, .600] |
| fusion | .200 [.100, .300] | .500 [.400, .600] | .500 [.400, .600] |

### MAP@5 by kind of user and item (light: up to 2.5 rows), horizon

| system | warm (1 users) | cold (2 users) | type film (3 users) |
| --- | --- | --- | --- |
| fusion | .0200 [.0100, .0300] | .0200 [.0100, .0300] | .0100 [.0000, .0200] |
| ranker | .0100 [.0000, .0200] | .0300 [.0200, .0400] | .0400 [.0300, .0500] |

### Ceiling: recall, and the share of it that the ranker takes

| queries | all candidates | a perfect order at 5 | ranker at 5 | ranker at 20 | taken at 5 \
| taken of a perfect order | taken at 20 |
| --- | --- | --- | --- | --- | --- | --- | --- |
| horizon, warm | .500 | .400 | .100 | .300 | .200 | .250 | .600 |
| horizon, cold | .000 | .000 | .000 | .000 | - | - | - |

### All lists merged and the best single list as long: recall on the test

| users | candidates a query | all merged | best single list | gain |
| --- | --- | --- | --- | --- |
| all | 2 of 2 | .500 | bpr .375 | .125 |
| all | 7 of 9 | .625 | - | - |
| cold | 2 of 2 | .250 | als .250 | .000 |

### The ranker's holdout with one choice changed, among the candidates of queries with a watched one

| choice | NDCG, horizon | gain, horizon | NDCG, daily | gain, daily |
| --- | --- | --- | --- | --- |
| in use | .500 |  | .400 |  |
| negatives: 4 | .490 | -.010 [-.020, .000] | .450 | .050 [.040, .060] |

### Another question: which of the pairs watched in the test were liked

| scorer | ROC AUC | within a query | PR AUC | log loss | ROC AUC, cold |
| --- | --- | --- | --- | --- | --- |
| classifier | .700 | .500 | 1.000 | 1.250 | .700 |
| ranker | .600 | .550 | .800 | - | .200 |
| the share of liked for all | .500 | .500 | .750 | .562 | .500 |

Liked: target = 1. Of 4 pairs .750 are liked; .400 were proposed.
Learned from 40 pairs of the valid folds.

| pairs | 3 | 1 |
| --- | --- | --- |
| predicted | .200 | .400 |
| observed | .500 | 1.000 |

The classifier's probability is in the mean .250; .750 are liked.\
"""


GENERATORS = {
    "test": {
        "budgets": {
            "2": {"union": 0.5, "union_candidates": 2.0, "single": {"als": 0.25, "bpr": 0.375}, "gain": 0.125},
            "9": {"union": 0.625, "union_candidates": 7.4, "single": {}},
        },
        "cold": {"budgets": {"2": {"union": 0.25, "union_candidates": 2.0, "single": {"als": 0.25}, "gain": 0.0}}},
    }
}


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    (tmp_path / "ranking.json").write_text(json.dumps(RANKING))
    (tmp_path / "proof.json").write_text(json.dumps(PROOF))
    (tmp_path / "ranker.json").write_text(json.dumps(RANKER))
    (tmp_path / "observed.json").write_text(json.dumps(OBSERVED))
    (tmp_path / "generators.json").write_text(json.dumps(GENERATORS))
    return tmp_path


def test_tables_of_a_run(metrics):
    assert "\n".join(summary.report(metrics, 5, 20)) == EXPECTED


def test_watched_pairs_that_cannot_be_judged(metrics):
    (metrics / "observed.json").write_text(json.dumps({"left_out": "the log has neither target nor watched_pct"}))
    assert summary.report(metrics, 5, 20)[-1] == "Left out: the log has neither target nor watched_pct."


def test_without_budgets_there_is_no_table_of_them(metrics):
    (metrics / "generators.json").write_text(json.dumps({"test": {}}))
    assert not [line for line in summary.report(metrics, 5, 20) if "best single list" in line]


@pytest.mark.parametrize("ranker", [{"choices": {}, "leads": {}}, {"leads": {"warm": "ranker"}}])
def test_without_another_choice_there_is_no_table_of_them(metrics, ranker):
    (metrics / "ranker.json").write_text(json.dumps(ranker))
    assert not [line for line in summary.report(metrics, 5, 20) if "one choice changed" in line]


def test_a_run_that_has_not_ended_names_the_missing_file(metrics):
    (metrics / "proof.json").unlink()
    with pytest.raises(InputError, match=r"proof\.json: no such file, expected after a run of the pipeline"):
        summary.report(metrics, 5, 20)


def test_the_command_reads_the_run_it_stands_in(metrics, monkeypatch, capsys):
    (metrics / "params.yaml").write_text("recommend: {k: 5, keep: 20}")
    metrics.joinpath("metrics").symlink_to(metrics)
    monkeypatch.chdir(metrics)
    __main__.main(["report"])
    assert capsys.readouterr().out == f"{EXPECTED}\n"


def test_a_protocol_without_a_relevant_item_is_said(metrics):
    without = {name: protocols | {"daily": {"coverage": 0.1}} for name, protocols in RANKING.items()}
    (metrics / "ranking.json").write_text(json.dumps(without))
    lines = summary.report(metrics, 5, 20)
    after = lines[lines.index("### Every system, daily") + 1 :]
    assert next(line for line in after if line) == "No query of these has a relevant item."


def test_what_rounds_to_zero_has_no_sign():
    assert [summary._short(value, 3) for value in (-0.0004, 0.0004, -0.0006, 1.0)] == [".000", ".000", "-.001", "1.000"]
