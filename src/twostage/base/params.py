"""params.yaml as checked, frozen objects.

A class names its section and the values that it needs of it, and stands beside the code that it
configures. Two classes may share a section: a stage depends on the values that its class names, no more.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from twostage.base.errors import InputError

FILE = Path("params.yaml")


def distinct(values: list[str]) -> list[str]:
    """Of a list of names that none stands twice."""
    if len(set(values)) < len(values):
        raise ValueError("a name stands twice")
    return values


def _has_bool(value: Any) -> bool:
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, bool) or any(map(_has_bool, within))


class Section(BaseModel):
    """Values of one section of params.yaml; the section "" is the top level."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    section: ClassVar[str]

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: Any, info: ValidationInfo) -> Any:
        # yes and true would pass for 1.
        if _has_bool(value) and cls.model_fields[info.field_name or ""].annotation is not bool:
            raise ValueError("true and false, yes and no are no value here")
        return value


class Room(Section):
    """What a stage may take of the machine."""

    section = ""
    threads: int = Field(ge=1)
    memory: str = Field(pattern=r"^\d+(\.\d+)?[KMGT]B$")  # of a stage and its processes, about

    @property
    def bytes(self) -> int:
        """`memory`, in bytes."""
        return int(float(self.memory[:-2]) * 1000 ** ("KMGT".index(self.memory[-2]) + 1))


# What every library takes as a seed, with room for those that are counted up from it.
SeedNumber = Annotated[int, Field(ge=0, lt=2**31)]


class Run(Room):
    """Values that every random or parallel step shares."""

    seed: SeedNumber

    def on(self, threads: int) -> "Run":
        """The same for a process with so many of the threads, and its share of the memory."""
        share = self.bytes * threads // self.threads
        return self.model_copy(update={"threads": threads, "memory": f"{share // 1000}KB"})


class Seed(Section):
    """The seed alone, for what draws at random but doesn't depend on the machine."""

    section = ""
    seed: SeedNumber


class Generators(Section):
    """Names of the level-1 models that are on."""

    section = ""
    generators: Annotated[list[str], Field(min_length=1), AfterValidator(distinct)]


S = TypeVar("S", bound=Section)


def document(path: Path = FILE) -> dict[str, Any]:
    """The whole file as nested dicts."""
    if not path.is_file():
        raise InputError(f"{path}: no such file in {Path.cwd()}; run from the root of the checkout")
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)  # eight times as fast as SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise InputError(f"{path}: expected sections of parameters, found {type(values).__name__}")
    return values


def load(cls: type[S], path: Path = FILE) -> S:
    """Read the values of one class.

    Raises
    ------
    InputError
        If a value is missing or out of range; the message names it.
    """
    return of(cls, document(path), path)


def of(cls: type[S], document: dict[str, Any], path: Path = FILE) -> S:
    """As `load`, from a document that is in memory already."""
    values = section_of(document, cls.section, path)
    return parse(cls, {name: values[name] for name in cls.model_fields if name in values}, path)


def section_of(values: dict[str, Any], section: str, path: Path) -> dict[str, Any]:
    if not section:
        return values
    if not isinstance(values.get(section), dict):
        about = "is missing or isn't a mapping of names to values; one without any is {}"
        raise InputError(f"{path}: the section {section} {about}")
    found: dict[str, Any] = values[section]
    return found


def parse(cls: type[S], values: dict[str, Any], path: Path = FILE) -> S:
    try:
        return cls.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{path}: " + "; ".join(_line(cls.section, e) for e in error.errors())) from None


def _line(section: str, error: Any) -> str:
    name = ".".join(str(part) for part in (section, *error["loc"]) if part != "")
    value = "" if error["type"] == "missing" or not error["loc"] else f" = {error['input']!r}"
    return f"{name}{value}: {error['msg'].removeprefix('Value error, ')}"


def check_names(classes: Iterable[type[Section]], path: Path = FILE, also: Iterable[str] = ()) -> None:
    """Every name in the file belongs to a class, or is a section that may be there `also`.

    A section that isn't there is missed by who loads it.

    Raises
    ------
    InputError
        Naming the unknown parameter and those that the section knows.
    """
    known: dict[str, set[str]] = {}
    for cls in classes:
        known.setdefault(cls.section, set()).update(cls.model_fields)
    top = known.pop("", set()) | set(known) | set(also)
    values = document(path)
    for name in values:
        if name not in top:
            raise InputError(f"{path}: unknown parameter {name}; known: {', '.join(sorted(top))}")
    for section, names in known.items():
        for name in section_of(values, section, path) if section in values else []:
            if name not in names:
                raise InputError(f"{path}: unknown parameter {section}.{name}; known: {', '.join(sorted(names))}")
