"""Level-1 models by name: the module `als` holds the class `Als`. A new file here is a new generator."""

import importlib
import pkgutil
from pathlib import Path

from twostage.base.errors import InputError
from twostage.base.params import Run, load
from twostage.generators.kinds.generator import Generator


def names() -> list[str]:
    """Every generator that there is."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def find(name: str) -> type[Generator]:
    """The class of a generator; only its own module is imported.

    Raises
    ------
    InputError
        If there is none of that name, or its file holds no such class that is whole.
    """
    if name not in names():
        raise InputError(f"params.yaml: generators: unknown {name!r}; known: {', '.join(names())}")
    module = importlib.import_module(f"{__name__}.{name}")
    title = "".join(part.title() for part in name.split("_"))
    found = getattr(module, title, None)
    about = f"src/twostage/generators/{name}.py: expected a class {title} that is a Generator"
    if not (isinstance(found, type) and issubclass(found, Generator)):
        raise InputError(about)
    if found.__abstractmethods__:
        raise InputError(f"{about}, with {', '.join(sorted(found.__abstractmethods__))}")
    if getattr(getattr(found, "Params", None), "section", None) != name:
        raise InputError(f"{about}, and whose Params have section = {name!r}")
    return found


def make(name: str, run: Run) -> Generator:
    """A generator with its section of params.yaml, not yet fitted."""
    model = find(name)
    return model(load(model.Params), run)


def places(listed: list[str], n: int) -> dict[str, int]:
    """Items that each of them proposes to a query, at most, where `candidates.n` is n."""
    return {name: load(find(name).Params).places(n) for name in listed}


def model_file(models: Path, name: str, fold: str) -> Path:
    """Where a generator lies that was fitted for a fold."""
    return models / name / f"{fold}.npz"


def fitted(models: Path, fold: str, listed: list[str], run: Run) -> dict[str, Generator]:
    """The listed generators as they were fitted for a fold, see `model_file`."""
    return {name: find(name).load(model_file(models, name, fold), run) for name in listed}
