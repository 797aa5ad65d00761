import threading
from collections.abc import Iterator

import pytest

from twostage.ahead import ahead


def test_the_same_values_in_order():
    assert list(ahead(range(5))) == [0, 1, 2, 3, 4]
    assert list(ahead([])) == []
    assert list(ahead([None, None])) == [None, None]


def test_the_next_value_is_computed_while_one_is_used():
    second = threading.Event()

    def values() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    found = ahead(values())
    assert next(found) == 1
    assert second.wait(10)
    assert list(found) == [2]


def test_an_exception_comes_in_its_place():
    found = ahead(1 // number for number in (1, 0))
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)
