import pandas as pd

from twostage.past import attributes
from twostage.past.attributes import UNKNOWN, Attributes

USERS = pd.DataFrame({"user_id": [1, 2, 3], "age": pd.array(["b", None, "a"], dtype="string")})
ITEMS = pd.DataFrame(
    {
        "item_id": [1, 2, 3],
        "genres": pd.array(["war, drama", "drama, drama", None], dtype="string"),
        "release_year": pd.array([1990, None, 2001], dtype="Int32"),
    }
)


def test_codes_stand_in_the_order_of_the_text_and_missing_ones_are_unknown():
    about = Attributes(USERS, ITEMS)
    assert about.groups == ["age"]
    assert about.user_codes("age").tolist() == [1, UNKNOWN, 0]


def test_of_many_combinations_the_first_groups_alone_make_the_segment(monkeypatch):
    about = {"age": ["b", "a", "b"], "sex": ["F", "F", "M"], "income": ["1", "2", "3"]}
    users = pd.DataFrame({"user_id": range(3)} | {name: pd.array(of, dtype="string") for name, of in about.items()})
    for most, expected in ((3, [1, 0, 2]), (2, [1, 0, 1]), (1, [1, 0, 1])):
        monkeypatch.setattr(attributes, "MOST_SEGMENTS", most)
        assert Attributes(users, ITEMS).user_segment.tolist() == expected
    monkeypatch.setattr(attributes, "MOST_SEGMENTS", 3)
    for cells, expected in ((3 * len(ITEMS), [1, 0, 2]), (3 * len(ITEMS) - 1, [1, 0, 1])):
        monkeypatch.setattr(attributes, "MOST_CELLS", cells)
        assert Attributes(users, ITEMS).user_segment.tolist() == expected, "a table of segments x items is bounded"
    monkeypatch.setattr(attributes, "MOST_SEGMENTS", 2)
    users["sex"] = pd.array(["M", "F", "M"], dtype="string")
    assert Attributes(users, ITEMS).user_segment.tolist() == [1, 0, 1]


def test_a_list_of_values_is_a_row_of_ones_even_where_a_value_stands_twice():
    table = Attributes(USERS, ITEMS).item_values("genres")
    assert table.toarray().tolist() == [[1, 1], [1, 0], [0, 0]]  # drama, war


def test_what_the_log_lacks_is_none():
    about = Attributes(USERS, ITEMS)
    assert about.item_values("actors") is None


def test_groups_stand_in_the_order_of_their_numbers():
    texts = ["income_20_40", "income_150_inf", "income_0_20", "unknown"]
    users = pd.DataFrame({"user_id": range(4), "income": pd.array(texts, dtype="string")})
    assert Attributes(users, ITEMS).user_codes("income").tolist() == [2, 3, 1, 0]
