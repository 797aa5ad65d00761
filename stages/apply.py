"""Values of a settings file to params.yaml: python -m stages.apply settings/NAME.yaml [params.yaml]."""

from pathlib import Path

import stages
from twostage import settings
from twostage.base import params


def main(values: str, target: str = str(params.FILE)) -> None:
    changed = settings.apply(Path(values), Path(target))
    print("\n".join([f"{target}, by {values}:", *changed]) if changed else f"{target} has the values of {values}")


if __name__ == "__main__":
    stages.run(main)
