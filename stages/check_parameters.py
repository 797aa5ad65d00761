"""Every value of params.yaml; leftovers of folds and generators that are no longer listed are removed."""

from pathlib import Path

import stages
from twostage import checks, params
from twostage.params import Generators
from twostage.split import FINAL, TEST, Split
from twostage.store import write_json


def main() -> None:
    checks.parameters()
    folds = {*params.load(Split).valid_folds}
    generators = {*params.load(Generators).generators}
    kept = {Path("data/models"): {*folds, TEST, FINAL}}
    kept |= {Path("data/models") / fold: generators for fold in (*folds, TEST, FINAL)}
    kept |= {Path("data/candidates/valid"): folds, Path("data/features/valid"): folds}
    for path in checks.sweep(kept):
        print(f"removed {path}: its name is no longer in params.yaml")
    # The same content every time: what hangs on the check reruns only when its own inputs change.
    write_json({"valid": True}, Path("data/checked/parameters.json"))


if __name__ == "__main__":
    stages.run(main)
