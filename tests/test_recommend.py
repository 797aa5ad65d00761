import numpy as np
import pandas as pd

from twostage.recommend import recommendations

# Query 3 is of user 1, query 4 of user 0; user 0 has only two unseen items.
RANKED = pd.DataFrame(
    {"query": [3, 3, 3, 4, 4], "item": [2, 0, 1, 1, 2], "rank": [1, 2, 3, 1, 2], "score": [0.9, 0.5, 0.1, 0.4, 0.3]}
)
QUERIES = pd.DataFrame({"query": [3, 4], "user": [1, 0]})


def found(user_ids, item_ids) -> pd.DataFrame:
    users, items = pd.DataFrame({"user_id": user_ids}), pd.DataFrame({"item_id": item_ids})
    return recommendations(RANKED, QUERIES, users, items)


def test_each_users_list_in_the_logs_ids():
    assert list(found([100, 700], [10, 20, 30]).itertuples(index=False, name=None)) == [
        (100, 20, 1, 0.4), (100, 30, 2, 0.3), (700, 30, 1, 0.9), (700, 10, 2, 0.5), (700, 20, 3, 0.1)
    ]  # fmt: skip


def test_text_ids_stay_text_and_numbers_numbers():
    text = found(pd.array(["a", "b"], dtype="string"), pd.array(["x", "y", "z"], dtype="string"))
    assert text[["user_id", "item_id"]].to_numpy().tolist()[1:3] == [["a", "z"], ["b", "z"]]
    assert text["user_id"].dtype == "string"
    numbers = found([100, 2**40], np.array([10, 20, 30]))
    assert [str(kind) for kind in numbers.dtypes] == ["int64", "int64", "int32", "float64"]
    assert numbers["user_id"].tolist() == [100] * 2 + [2**40] * 3
