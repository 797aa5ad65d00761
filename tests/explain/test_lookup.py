import pandas as pd
import pytest

from twostage.base.errors import InputError
from twostage.explain import lookup

NUMBERS = pd.Series([3, 10, 11, 20, 500])
FILMS = pd.Series(
    ["Airport (1970)", "Akira (1988)", "Body Heat (1981)", "Heat (1995)", "Heathers (1989)"], dtype="string"
)
NAMES = pd.Series(["alice", "alicia", "bob", "carol"], dtype="string")


@pytest.mark.parametrize(
    ("ids", "text", "place"), [(NUMBERS, "11", 2), (NUMBERS, "500", 4), (NUMBERS, " 11 ", 2), (NAMES, "bob ", 2)]
)
def test_a_known_id_is_its_place(ids, text, place):
    assert lookup.code(ids, text, "user") == place


@pytest.mark.parametrize(
    ("ids", "text", "message"),
    [
        # Distances 9, 2, 1, 8: the nearest first, of two as near the lower.
        (NUMBERS, "12", "user '12' isn't in the log, nearest: 11, 10, 20"),
        (pd.Series([8, 12, 40]), "10", "user '10' isn't in the log, nearest: 8, 12, 40"),
        (NUMBERS, "9" * 30, f"user '{'9' * 30}' isn't in the log, nearest: 500, 20, 11"),
        (NUMBERS, "bob", "user 'bob': expected a whole number, known ones run from 3 to 500"),
        (NAMES, "alica", "user 'alica' isn't in the log, nearest: alicia, alice, carol"),
        (NUMBERS, "1_1", "user '1_1': expected a whole number, known ones run from 3 to 500"),
        (NUMBERS, "9" * 5000, f"user '{'9' * 5000}': expected a whole number, known ones run from 3 to 500"),
        (NUMBERS, "1.0", "user '1.0': expected a whole number, known ones run from 3 to 500"),
        # Nothing alike: the most alike all the same, then in the order of text.
        (NAMES, "12", "user '12' isn't in the log, nearest: alice, alicia, bob"),
        # What holds the text comes before what is only alike, what begins with it before what goes on otherwise.
        (FILMS, "AKIRA", "user 'AKIRA' isn't in the log, nearest: Akira (1988), Airport (1970), Heathers (1989)"),
        (FILMS, "heat", "user 'heat' isn't in the log, nearest: Heat (1995), Heathers (1989), Body Heat (1981)"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest(ids, text, message):
    with pytest.raises(InputError) as error:
        lookup.code(ids, text, "user")
    assert str(error.value) == message


def test_of_many_ids_those_that_begin_or_end_alike_are_compared(monkeypatch):
    monkeypatch.setattr(lookup, "MANY", 2)
    names = pd.Series(["a123", "abc9", "xyz1", "xyz12", "zzz999"], dtype="string")
    with pytest.raises(InputError, match=r"nearest: xyz12, xyz1$"):
        lookup.code(names, "xyz2", "user")


ITEMS = pd.DataFrame(
    {
        "item_id": [7, 8, 9, 11],
        "title": pd.array(["Solaris", "Solaris", "Stalker", None], "string"),
        "title_orig": pd.array([None, "Солярис", "Сталкер", "8"], "string"),
    }
)


@pytest.mark.parametrize(("text", "place"), [("9", 2), ("stalker ", 2), ("СОЛЯРИС", 1), ("8", 1)])
def test_an_item_by_its_id_or_the_only_title_of_that_name(text, place):
    assert lookup.item(ITEMS, text) == place


def test_an_item_whose_title_several_have_or_none():
    with pytest.raises(InputError, match=r"item 'solaris': 2 items have this title, give one by its id: 7, 8$"):
        lookup.item(ITEMS, "solaris")
    with pytest.raises(InputError, match=r"known ones run from 7 to 11; titles: Stalker \(9\), Solaris \(7\)$"):
        lookup.item(ITEMS, "Stalk")
    with pytest.raises(InputError, match=r"item '12' isn't in the log, nearest: 11, 9, 8$"):
        lookup.item(ITEMS[["item_id"]], "12")
    with pytest.raises(InputError, match=r"item '12' isn't in the log, nearest: 11, 9, 8$"):
        lookup.item(ITEMS, "12")
