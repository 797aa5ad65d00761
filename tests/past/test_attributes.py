import pandas as pd

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


def test_a_list_of_values_is_a_row_of_ones_even_where_a_value_stands_twice():
    table = Attributes(USERS, ITEMS).item_values("genres")
    assert table.toarray().tolist() == [[1, 1], [1, 0], [0, 0]]  # drama, war


def test_what_the_log_lacks_is_none():
    about = Attributes(USERS, ITEMS)
    assert about.item_values("actors") is None
