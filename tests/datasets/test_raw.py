import re

import numpy as np
import pandas as pd
import pytest

from twostage.base.errors import InputError
from twostage.datasets import names, raw, values

HEAD = "user_id,item_id,last_watch_dt,total_dur,watched_pct\n"
LOG = HEAD + "1,10,2021-05-01,60,5\n2,11,2021-05-02,7200.0,100.0\n"


def rejected(folder, *parts, columns=None):
    """Every message is one line that holds all the parts."""
    with pytest.raises(InputError) as error:
        raw.read(folder, columns or {})
    message = str(error.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_numbers_dates_and_missing_values(write):
    log = raw.read(write(interactions=LOG + "3,10,2021-05-03,,\n"), {}).interactions
    assert log["user_id"].tolist() == [1, 2, 3]
    assert log["item_id"].tolist() == [10, 11, 10]
    assert log["last_watch_dt"].tolist() == [pd.Timestamp(2021, 5, day) for day in (1, 2, 3)]
    np.testing.assert_array_equal(log["total_dur"], [60, 7200, np.nan])
    np.testing.assert_array_equal(log["watched_pct"], [5, 100, np.nan])


def test_percents_written_as_shares_are_refused(write):
    rejected(
        write(interactions=HEAD + "1,10,2021-05-01,60,1.0\n2,11,2021-05-02,60,0.25\n"),
        "interactions.csv, line 3: watched_pct = '0.25'",
        "percent, 0 to 100",
    )
    for fine in ("1,10,2021-05-01,60,1\n2,11,2021-05-02,60,0\n", "1,10,2021-05-01,60,0.5\n2,11,2021-05-02,60,90\n"):
        assert len(raw.read(write(interactions=HEAD + fine), {}).interactions) == 2


@pytest.mark.parametrize("name", ["age", "income", "sex"])
def test_texts_in_place_of_groups_are_refused_where_they_are_many(write, name):
    rows = [f"user_id,{name}\n", *(f"{user},at {user}\n" for user in range(501))]
    rejected(write(interactions=LOG, users="".join(rows)), f"users.csv: {name} has 501 values", "numbers, or groups")
    assert raw.read(write(interactions=LOG, users="".join(rows[:-1])), {}).users[name].nunique() == 500


@pytest.mark.parametrize("name", ["age", "income", "sex"])
def test_many_numbers_in_place_of_groups_are_cut_into_some(write, name):
    rows = [f"user_id,{name}\n", *(f"{user},{user}000\n" for user in range(1001))]
    assert raw.read(write(interactions=LOG, users="".join(rows)), {}).users[name].nunique() == 6


def test_no_column_of_objects(write):
    found = raw.read(write(interactions=LOG, users="user_id,sex\n1,F\n", items="item_id,title\n10,Solaris\n"), {})
    for frame in (found.interactions, found.users, found.items):
        assert "object" not in [str(kind) for kind in frame.dtypes]


def test_no_users_and_no_items(write):
    found = raw.read(write(interactions=LOG), {})
    assert found.users is None
    assert found.items is None


def test_train_comes_before_test(write):
    log = raw.read(write(test=HEAD + "9,9,2021-01-01,1,1\n", train=LOG), {}).interactions
    assert log["user_id"].tolist() == [1, 2, 9]
    assert log.index.tolist() == [0, 1, 2]


def test_train_without_test(write):
    assert len(raw.read(write(train=LOG), {}).interactions) == 2


def test_column_that_only_train_has_is_missing_in_test(write):
    folder = write(train=HEAD.strip() + ",target\n1,10,2021-05-01,60,5,1\n", test=LOG)
    np.testing.assert_array_equal(raw.read(folder, {}).interactions["target"], [1, np.nan, np.nan])


def test_both_kinds_of_log(write):
    rejected(write(interactions=LOG, train=LOG), "both interactions.csv and train.csv")


def test_no_log_says_what_is_there(write):
    folder = write(users="user_id,sex\n1,F\n")
    (folder / "interactions.csv.gz").touch()
    rejected(folder, "no log, found interactions.csv.gz, users.csv; expected interactions.csv, or train.csv")


def test_no_log_where_no_folder_is(tmp_path):
    rejected(tmp_path / "nowhere", "no log, found nothing")


def test_no_log(write):
    rejected(write(users="user_id\n1\n"), "expected interactions.csv, or train.csv and test.csv")


def test_unnamed_index_and_extra_columns_are_ignored(write):
    text = ",Unnamed: 0,user_id,item_id,last_watch_dt,device\n0,0,1,10,2021-05-01,tv\n1,1,2,10,2021-05-01,\n"
    assert list(raw.read(write(interactions=text), {}).interactions) == ["user_id", "item_id", "last_watch_dt"]


def test_columns_that_are_not_read_are_told_with_those_that_could_be(write):
    folder = write(
        interactions="user_id,item_id,last_watch_dt,rating\n1,10,2021-05-01,4\n",
        users="user_id,Age,gender\n1,old,F\n",
        items="item_id,genres\n10,drama\n",
    )
    assert list(raw.unread(folder, {"sex": "gender"})) == [
        "interactions.csv: read user_id, item_id, last_watch_dt; not read rating; it could have total_dur, "
        "watched_pct, target (data.columns renames)",
        "users.csv: read user_id, sex; not read Age; it could have age, income, kids_flg (data.columns renames)",
    ]


def test_a_file_that_is_named_nearly_as_one_that_would_be_read_is_told(write):
    folder = write(interactions=LOG, users="user_id\n1\n")
    for name in (
        "Items.csv",
        "item.csv",
        "items.csv.gz",
        "notes.csv",
        "users.csv.dvc",
        "interactions.csv.bak",
        "Test.csv",
    ):
        (folder / name).write_text("x")
    assert [line for line in raw.unread(folder, {}) if "warning" in line] == [
        "warning: Items.csv isn't read; expected a CSV file of the name items.csv",
        "warning: item.csv isn't read; expected a CSV file of the name items.csv",
        "warning: items.csv.gz isn't read; expected a CSV file of the name items.csv",
    ]


def test_half_a_log_of_a_nearly_right_name_and_a_link_to_nothing_are_told(write):
    folder = write(train=LOG)
    (folder / "Test.csv").write_text(LOG)
    (folder / "users.csv").symlink_to(folder / "nothing")
    assert list(raw.unread(folder, {})) == [
        "warning: Test.csv isn't read; expected a CSV file of the name test.csv",
        "warning: users.csv isn't read; expected a CSV file of the name users.csv",
    ]


def test_a_column_that_is_named_nearly_as_ours_is_told(write):
    folder = write(interactions="User_ID, item_id ,last_watch_dt\n1,10,2021-05-01\n")
    rejected(
        folder, "no column user_id, item_id", "data.columns renames, as {user_id: 'User_ID', item_id: ' item_id '}"
    )


@pytest.mark.parametrize(
    "columns", [{"who": "user_id", "when": "last_watch_dt"}, {"user_id": "who", "last_watch_dt": "when"}]
)
def test_renamed_either_way(write, columns):
    folder = write(interactions="when,item_id,who\n2021-05-01,10,7\n", users="who,age\n7,old\n")
    found = raw.read(folder, columns)
    assert found.interactions["user_id"].tolist() == [7]
    assert found.users["user_id"].tolist() == [7]


def test_a_file_that_lacks_the_foreign_name_may_have_ours(write):
    folder = write(
        interactions="user_id,item_id,start_date\n7,10,2021-05-01\n", users="id,age\n7,old\n", items="id,title\n10,a\n"
    )
    found = raw.read(folder, {"item_id": "id", "user_id": "id", "last_watch_dt": "start_date"})
    assert (found.interactions["user_id"].tolist(), found.interactions["item_id"].tolist()) == ([7], [10])
    assert (found.users["user_id"].tolist(), found.items["item_id"].tolist()) == ([7], [10])


def test_a_column_that_would_be_two_of_ours(write):
    folder = write(interactions="id,last_watch_dt\n7,2021-05-01\n")
    rejected(folder, "id is read as user_id and item_id", columns={"item_id": "id", "user_id": "id"})


def test_rename_of_two_known_columns(write):
    rejected(write(interactions=LOG), "user_id: item_id", "two known columns", columns={"user_id": "item_id"})


def test_rename_of_no_known_column(write):
    rejected(write(interactions=LOG), "who: what", "no known column", "watched_pct", columns={"who": "what"})


def test_two_columns_of_one_file_renamed_to_one(write):
    folder = write(interactions=LOG.replace("user_id", "who,person"))
    rejected(folder, "has both person and who", columns={"who": "user_id", "person": "user_id"})


def test_a_column_that_has_another_name_in_each_file(write):
    """As a site's clicks have click_article_id and its table of articles article_id."""
    folder = write(interactions=LOG.replace("item_id", "click_article_id"), items="article_id,title\n7,Seven\n")
    found = raw.read(folder, {"click_article_id": "item_id", "article_id": "item_id"})
    assert set(found.interactions) >= {"user_id", "item_id", "last_watch_dt"}
    assert found.items.to_dict("list") == {"item_id": [7], "title": ["Seven"]}
    rejected(folder, "no column click_article_id, found article_id, title", columns={"item_id": "click_article_id"})


def test_renamed_column_that_no_file_has(write):
    rejected(write(interactions=LOG), "'who'", "total_dur", columns={"user_id": "who"})


def test_renamed_column_beside_one_of_our_name(write):
    text = "user_id,who,item_id,last_watch_dt\n1,1,1,2021-05-01\n"
    rejected(write(interactions=text), "interactions.csv", "both user_id and who", columns={"user_id": "who"})


def test_missing_column_lists_those_found(write):
    rejected(write(interactions="user_id,day\n1,2\n"), "interactions.csv", "item_id, last_watch_dt", "day, user_id")


def test_id_that_is_no_canonical_integer_keeps_all_as_strings(write):
    log = raw.read(write(interactions=HEAD + "007,1,2021-05-01,1,1\n7,2,2021-05-01,1,1\n"), {}).interactions
    assert log["user_id"].tolist() == ["007", "7"]
    assert log["item_id"].tolist() == [1, 2]


def test_ids_are_strings_in_all_files_where_they_are_in_one(write):
    found = raw.read(write(interactions=LOG, items="item_id,title\n10,a\nx,b\n"), {})
    assert found.interactions["item_id"].tolist() == ["10", "11"]
    assert found.items["item_id"].tolist() == ["10", "x"]
    assert found.interactions["user_id"].tolist() == [1, 2]


def test_ids_written_as_floats_match_those_written_as_integers(write):
    found = raw.read(write(interactions=LOG, users="user_id,sex\n1.0,F\n2.0,M\n"), {})
    assert found.users["user_id"].tolist() == [1, 2]


def test_number_too_long_for_an_integer_is_a_string(write):
    long = "12345678901234567890"
    assert raw.read(write(interactions=HEAD + f"{long},1,2021-05-01,1,1\n"), {}).interactions["user_id"].tolist() == [
        long
    ]


def test_blanks_around_ids_do_not_count(write):
    found = raw.read(write(interactions="user_id,item_id,last_watch_dt\n1, 10,2021-05-01\n", items="item_id\n10\n"), {})
    assert found.interactions["item_id"].tolist() == found.items["item_id"].tolist() == [10]


@pytest.mark.parametrize("value", [*values.MISSING[1:], "NaN", "NULL", r"\N", "None"])
def test_an_id_that_a_missing_number_was_written_as(write, value):
    rejected(write(interactions=LOG + f"{value},10,2021-05-01,1,1\n"), f"interactions.csv, line 4: user_id = {value!r}")


def test_blank_id(write):
    rejected(write(interactions=LOG + "  ,10,2021-05-01,1,1\n"), "interactions.csv, line 4: user_id = '  '")


def test_empty_id(write):
    rejected(write(interactions=LOG + ",10,2021-05-01,1,1\n"), "interactions.csv, line 4: user_id = ''")


def test_repeated_id_of_an_item(write):
    rejected(write(interactions=LOG, items="item_id\n10\n11\n10\n"), "items.csv, line 4: item_id = '10'", "once")


def test_repeated_id_of_a_user(write):
    rejected(write(interactions=LOG, users="user_id\na\na\n"), "users.csv, line 3: user_id = 'a'", "once")


@pytest.mark.parametrize("value", ["-1", "-0.5"])
@pytest.mark.parametrize("column", ["total_dur", "watched_pct"])
def test_negative(write, column, value):
    row = {"total_dur": "1", "watched_pct": "1"} | {column: value}
    text = LOG + f"3,3,2021-05-01,{row['total_dur']},{row['watched_pct']}\n"
    rejected(write(interactions=text), f"interactions.csv, line 4: {column} = '{value}', expected a number from 0")


def test_more_percent_than_a_column_holds_is_told_with_the_most(write):
    folder = write(interactions=LOG + "3,3,2021-05-01,1,3000000000\n")
    rejected(folder, "line 4: watched_pct = '3000000000', expected a number from 0 to 2147483647")


def test_share_of_over_100_percent(write):
    log = raw.read(write(interactions=LOG + "3,3,2021-05-01,1,250\n"), {}).interactions
    assert log["watched_pct"].tolist() == [5, 100, 250]


@pytest.mark.parametrize("value", ["ten", "1,5", "inf", "1e", "0x10"])
def test_no_number(write, value):
    rejected(write(interactions=LOG + f'3,3,2021-05-01,"{value}",1\n'), f"line 4: total_dur = {value!r}", "a number")


def test_years_are_whole_numbers_or_the_first_four_digits_alone(write):
    told = ["[1999?]", "2021.0", "c1987-1990", "n/a", "", "19xx", "20210531", "1972", "1/1/2005", "1.999e3", "999"]
    rows = "".join(f"{item},{year}\n" for item, year in enumerate(told, start=10))
    found = raw.read(write(interactions=LOG, items="item_id,release_year\n" + rows), {}).items["release_year"]
    assert found.fillna(-1).tolist() == [1999, 2021, 1987, -1, -1, -1, -1, 1972, 2005, 1999, 999]


def test_flag_of_two(write):
    rejected(write(interactions=LOG, users="user_id,kids_flg\n1,2\n"), "line 2: kids_flg = '2'", "from 0 to 1")


def test_title_of_a_missing_value_is_a_title(write):
    items = raw.read(write(interactions=LOG, items="item_id,title,genres\n10,NA,\n11,null,drama\n"), {}).items
    assert items["title"].tolist() == ["NA", "null"]
    assert items["genres"].isna().tolist() == [True, False]


def test_contract_covers_the_names_of_kion():
    users = "user_id,age,income,sex,kids_flg"
    items = (
        "item_id,content_type,title,title_orig,release_year,genres,countries,for_kids,age_rating,studios,directors,"
        "actors,description,keywords"
    )
    assert re.split(",", f"{HEAD.strip()},target,{users},{items}".replace("user_id,age", "age")) == [
        *names.REQUIRED["interactions"],
        *names.OPTIONAL["interactions"],
        *names.OPTIONAL["users"],
        *names.REQUIRED["items"],
        *names.OPTIONAL["items"],
    ]
