import pytest

from twostage.base import counts
from twostage.base.errors import InputError


def test_a_count():
    assert counts.count("SEEDS", "12") == 12


@pytest.mark.parametrize("word", ["0", "-1", "two", "1.5", ""])
def test_none_is_refused_by_its_name(word):
    with pytest.raises(InputError, match=f"SEEDS = '{word}', expected a whole number from 1"):
        counts.count("SEEDS", word)
