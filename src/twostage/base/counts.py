"""Words of a command line to numbers."""

from twostage.base.errors import InputError


def count(name: str, word: str) -> int:
    """A whole number from 1.

    Raises
    ------
    InputError
        If the word is none; the message calls it `name`.
    """
    if not (word.isdecimal() and int(word) >= 1):
        raise InputError(f"{name} = {word!r}, expected a whole number from 1")
    return int(word)
