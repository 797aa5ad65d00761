"""In which order the parts of `proof.parts` are shown: kinds of users, then kinds of items by name."""

from collections.abc import Iterable

USERS = ("warm", "light", "heavy", "cold")


def ordered(parts: Iterable[str]) -> list[str]:
    return sorted(parts, key=lambda name: (USERS.index(name) if name in USERS else len(USERS), name))
