"""A search for better parameters on rolling cutoffs before the test, one section of params.yaml at a time.

Akiba et al., Optuna, KDD 2019; the sampler is the tree-structured Parzen estimator (Bergstra et al., NIPS 2011).
"""

import json
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState
from tqdm import tqdm

from twostage.backtest import space as spaces
from twostage.backtest.backtest import SEGMENT
from twostage.backtest.replay import Replay, World
from twostage.backtest.rolling import Cutoff
from twostage.backtest.space import Space
from twostage.base import params
from twostage.base.errors import InputError
from twostage.lists import RANKER
from twostage.ranking import holdout
from twostage.ranking.ranker import Ranker

Values = dict[str, Any]
HEAD = """\
# A proposal, by cutoffs {cutoffs}: {measures}.
# The best of many trials, with one seed, looks better than it is: seeds alone move a mean of few cutoffs by some .005.
# `python -m stages.apply FILE` writes it into params.yaml; `make backtest SEEDS=3` then says whether it holds.
# The test period had no part in it: `dvc repro` judges it.
"""


def judge(world: World, values: Values, folder: Path, cutoffs: list[Cutoff], space: Space, section: str) -> float:
    """What is to be made large: the mean over cutoffs of the space's measure, warm users.

    Of the ranker's list at k for the section ranker, else of the generator's own at N.
    """
    replay = Replay(world, values, folder)
    seen = []
    for cutoff in cutoffs:
        if section == RANKER:
            said, measure = replay.result(cutoff)[RANKER], space.ranker
        else:
            said, measure = replay.of_generator(section, cutoff, space.protocol), space.generator
        if SEGMENT not in said[space.protocol]:
            raise InputError(
                f"params.yaml: split: no {space.protocol} query of a {SEGMENT} user from {cutoff.start} on"
            )
        seen.append(said[space.protocol][SEGMENT][measure])
    return float(np.mean(seen))


def search(
    storage: JournalStorage, name: str, judged: Callable[[Values], float], space: Space, section: str,
    seed: int, trials: int, until: float,
) -> optuna.Study:  # fmt: skip
    """Go on with the study `name` until it has `trials` finished ones, or the clock (time.monotonic) shows `until`.

    The values of params.yaml are judged first and stay with the study as `present`. A trial's draw depends on the
    seed and on the trials before it, so one that was broken off changes nothing; one whose values are refused is told
    and counts as a trial without a value. At least one trial is done.
    """
    study = optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)
    if "present" not in study.user_attrs:
        study.set_user_attr("present", judged({}))
    done = len(study.get_trials(states=(TrialState.COMPLETE, TrialState.FAIL)))
    with tqdm(total=trials, initial=min(done, trials), desc=f"tune {section}", unit="trial") as bar:
        for number in range(done, trials):
            study.sampler = optuna.samplers.TPESampler(seed=seed + number)
            trial = study.ask()
            values = spaces.suggested(trial, space.of(section))
            trial.set_user_attr("values", values)
            try:
                study.tell(trial, judged(values))
            except InputError as error:
                study.tell(trial, state=TrialState.FAIL)
                bar.write(f"no trial: {values}: {error}")
            best = study.best_value if finished(study) else float("nan")
            bar.set_postfix_str(f"present {study.user_attrs['present']:.4f}, best {best:.4f}")
            bar.update()
            if time.monotonic() > until:
                break
    return study


def run(
    world: World, values: Values, folder: Path, cutoffs: list[Cutoff], space: Space, sections: list[str],
    trials: int, seconds: float,
) -> dict[str, optuna.Study]:  # fmt: skip
    """A study for each section, the seconds shared evenly; kept in `folder`, files of the cutoffs in folder/kept.

    Another log, code, params.yaml, space or choice of cutoffs begins another study. Raises InputError as
    `holdout.check`, before any fit.
    """
    for cutoff in cutoffs:
        holdout.check(cutoff.split, params.of(Ranker, values))
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    storage = JournalStorage(JournalFileBackend(str(folder / "journal.log")))
    found: dict[str, optuna.Study] = {}
    for section in sections:
        about = [world.digest, values, space.model_dump(), [str(cutoff.start) for cutoff in cutoffs], section]
        name = f"{section}-{sha256(json.dumps(about).encode()).hexdigest()[:20]}"

        def judged(new: Values, section: str = section) -> float:
            return judge(world, spaces.overridden(values, new), folder / "kept", cutoffs, space, section)

        until = time.monotonic() + seconds / len(sections)
        found[section] = search(storage, name, judged, space, section, values["seed"], trials, until)
    return found


def finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    return study.get_trials(states=(TrialState.COMPLETE,))


def trials(studies: dict[str, optuna.Study]) -> pd.DataFrame:
    """section, trial (0: the values of params.yaml), value, best (so far), values (JSON; what params.yaml had: {})."""
    parts = []
    for section, study in studies.items():
        done = finished(study)
        value = [study.user_attrs["present"], *(trial.value for trial in done)]
        tried = [{}, *(trial.user_attrs["values"] for trial in done)]
        table = pd.DataFrame({"section": section, "trial": range(len(value)), "value": value})
        parts.append(table.assign(best=table["value"].cummax(), values=[json.dumps(each) for each in tried]))
    return pd.concat(parts, ignore_index=True)


def proposal(studies: dict[str, optuna.Study], cutoffs: list[Cutoff], space: Space) -> str:
    """A settings file (see `settings.apply`): of each section the best values where they beat those that there are."""
    done = {name: study for name, study in studies.items() if finished(study)}
    better = {name: study for name, study in done.items() if study.best_value > study.user_attrs["present"]}
    lines = [HEAD.format(cutoffs=", ".join(str(c.start) for c in cutoffs), measures=_measures(space))]
    for section, study in better.items():
        lines.append(f"# {section}: {study.user_attrs['present']:.4f} -> {study.best_value:.4f}\n")
        for name, value in study.best_trial.user_attrs["values"].items():
            lines.append(f"{name}: {json.dumps(value)}\n")  # JSON is YAML
    return "".join(lines if better else [*lines, "{}  # nothing was better than what params.yaml has\n"])


def _measures(space: Space) -> str:
    return (
        f"{space.ranker} of the ranker at k, {space.generator} of a generator at N, {space.protocol}, {SEGMENT} users"
    )
