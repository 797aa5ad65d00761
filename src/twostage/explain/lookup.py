"""An id as somebody types it to its code."""

import difflib

import numpy as np
import pandas as pd

from twostage.base.errors import InputError

NEAREST = 3  # known ids that are told in place of an unknown one
LONGEST = 100  # digits of a number: Python reads no more than some thousands
MANY = 20_000  # ids that are compared with the text; a million take half a minute


def code(ids: pd.Series, text: str, what: str) -> int:
    """Place of an id, as text, in the sorted ids (int64 or strings); `what` it is: user, item.

    Raises
    ------
    InputError
        If there is none; the message has the nearest: by number, or those that hold the text, then by difflib's
        likeness of text, capitals or not.
    """
    text = text.strip()
    if pd.api.types.is_integer_dtype(ids.dtype):
        numbers = ids.to_numpy(np.int64)
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < LONGEST):
            span = f"{numbers[0]} to {numbers[-1]}"
            raise InputError(f"{what} {text!r}: expected a whole number, known ones run from {span}")
        wanted = int(text)
        found = np.flatnonzero(numbers == wanted)
        order = sorted(numbers.tolist(), key=lambda number: (abs(number - wanted), number))
        near = [str(number) for number in order[:NEAREST]] if not len(found) else []
    else:
        found = np.flatnonzero((ids == text).to_numpy(bool))
        near = _alike(ids, text.casefold()) if not len(found) else []
    if not len(found):
        raise InputError(f"{what} {text!r} isn't in the log, nearest: {', '.join(near)}")
    return int(found[0])


def item(items: pd.DataFrame, text: str) -> int:
    """`code` of an item's id, or that of the only item with this title, capitals or not.

    Raises
    ------
    InputError
        As `code`, with the nearest titles but for a number where ids are numbers; if several items have the title,
        with their ids.
    """
    titles = [items[name].dropna() for name in ("title", "title_orig") if name in items]
    try:
        return code(items["item_id"], text, "item")
    except InputError as error:
        wanted = text.strip().casefold()
        named = {int(place) for of in titles for place in of.index[of.str.casefold() == wanted]}
        if len(named) == 1:
            return named.pop()
        ids = items["item_id"].astype(str)
        if named:
            several = ", ".join(ids[sorted(named)])
            raise InputError(
                f"item {text!r}: {len(named)} items have this title, give one by its id: {several}"
            ) from None
        if not titles or titles[0].empty or (wanted.isdigit() and pd.api.types.is_integer_dtype(items["item_id"])):
            raise
        near = titles[0].drop_duplicates()
        told = ", ".join(f"{title} ({ids[near.index[near == title][0]]})" for title in _alike(near, wanted))
        raise InputError(f"{error}; titles: {told}") from None


def _alike(ids: pd.Series, text: str) -> list[str]:
    """The ids nearest to a text: those that begin with it, the shortest first, that hold it, that are most alike."""
    lower = ids.str.casefold()
    length = (lower.str.len() - len(text)).abs()
    holds = lower.str.contains(text, regex=False)
    inside = pd.DataFrame({"later": ~lower.str.startswith(text), "length": length})[holds]
    near = ids[inside.sort_values(["later", "length"], kind="stable").index].tolist()[:NEAREST]
    if len(near) == NEAREST:
        return near
    if len(ids) > MANY:  # of so many those that begin, or end, as the text does, by their length
        ends = lower.str.startswith(text[:3]) | lower.str.endswith(text[-3:])
        lower = lower[length.where(ends, length + MANY).sort_values(kind="stable").index[:MANY]]
    compared = lower[~lower.index.isin(ids.index[ids.isin(near)])]
    ratio = compared.map(lambda known: difflib.SequenceMatcher(None, known, text).ratio())
    return near + ids[ratio.sort_values(ascending=False, kind="stable").index[: NEAREST - len(near)]].tolist()
