"""What each of the ranker's features is, from the registry."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twostage import features

GENERATOR = "GENERATOR"  # stands for each generator's name in the registry


class Meaning(NamedTuple):
    kind: str  # of `features.KINDS`
    words: str


def meanings(generators: Iterable[str]) -> dict[str, Meaning]:
    """Every feature that the registry knows, those of a generator under its name."""
    names = list(generators)
    found = {}
    for family in features.families():
        for feature, words in family.meanings.items():
            if GENERATOR in feature:
                for name in names:
                    found[feature.replace(GENERATOR, name)] = Meaning(family.kind, f"{name}: {words}")
            else:
                found[feature] = Meaning(family.kind, words)
    return found


def sums(values: Mapping[str, float], known: Mapping[str, Meaning]) -> dict[str, float]:
    """Values by feature, added up by kind: user, item, pair, generator, as far as there are any."""
    found = {kind: [value for name, value in values.items() if known[name].kind == kind] for kind in features.KINDS}
    return {kind: float(sum(parts)) for kind, parts in found.items() if parts}
