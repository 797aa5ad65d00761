"""An id as somebody types it to its code."""

import difflib

import numpy as np
import pandas as pd

from twostage.base.errors import InputError

NEAREST = 3  # known ids that are told in place of an unknown one


MANY = 20_000  # ids; comparing a million with one takes half a minute


def code(ids: pd.Series, text: str, what: str) -> int:
    """Place of an id, as text, in the sorted ids (int64 or strings); `what` it is: user, item.

    Raises
    ------
    InputError
        If there is none; the message has the nearest: by number, or by difflib's likeness of text.
    """
    if pd.api.types.is_integer_dtype(ids.dtype):
        numbers = ids.to_numpy(np.int64)
        try:
            wanted = int(text)
        except ValueError:
            span = f"{numbers[0]} to {numbers[-1]}"
            raise InputError(f"{what} {text!r}: expected a whole number, known ones run from {span}") from None
        found = np.flatnonzero(numbers == wanted)
        order = sorted(numbers.tolist(), key=lambda number: (abs(number - wanted), number))
        near = [str(number) for number in order[:NEAREST]] if not len(found) else []
    else:
        found = np.flatnonzero((ids == text).to_numpy(bool))
        near = difflib.get_close_matches(text, _alike(ids, text), NEAREST) if not len(found) else []
        near = near or [f"{ids.iloc[0]} to {ids.iloc[-1]} in the order of text"]
    if not len(found):
        raise InputError(f"{what} {text!r} isn't in the log, nearest: {', '.join(near)}")
    return int(found[0])


def _alike(ids: pd.Series, text: str) -> list[str]:
    """The ids that are compared: of MANY those that begin, or end, as the text does."""
    if len(ids) <= MANY:
        return ids.tolist()
    some = ids[ids.str.startswith(text[:3]) | ids.str.endswith(text[-3:])]
    return some.iloc[np.argsort(np.abs(some.str.len() - len(text)), kind="stable")].tolist()[:MANY]
