from twostage.sizes import Candidates, Keep, proposed


def test_a_query_has_n_items_of_each_generator_or_as_many_as_are_kept():
    keep = Keep(keep=100, exclude_seen=True)
    assert [proposed(Candidates(n=n), keep, 5) for n in (10, 100)] == [100, 500]
