from twostage.sizes import Keep, proposed


def test_a_query_has_n_items_of_each_generator_or_as_many_as_are_kept():
    keep = Keep(keep=100, exclude_seen=True)
    assert [proposed([n, n // 2], keep, 1000) for n in (10, 100)] == [100, 150]


def test_no_query_has_more_candidates_than_there_are_items():
    keep = Keep(keep=100, exclude_seen=True)
    assert [proposed([2500] * 5, keep, 700), proposed([5], keep, 70)] == [700, 70]
