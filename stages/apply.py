"""Values of a settings file to params.yaml: python -m stages.apply settings/NAME.yaml [params.yaml]."""

from pathlib import Path

import stages
from twostage import checks, settings
from twostage.base import params
from twostage.base.errors import InputError
from twostage.base.store import written


def main(values: str, target: str = str(params.FILE)) -> None:
    path = Path(target)
    before = path.read_bytes() if path.is_file() else b""
    changed = settings.apply(Path(values), path)
    if path.resolve() == params.FILE.resolve():
        try:
            checks.parameters()
        except BaseException as error:
            with written(path) as temporary:
                temporary.write_bytes(before)
            if isinstance(error, InputError):
                raise InputError(f"{values}: nothing is changed, for with these values {error}") from None
            raise
    print("\n".join([f"{target}, by {values}:", *changed]) if changed else f"{target} has the values of {values}")


if __name__ == "__main__":
    stages.run(main)
