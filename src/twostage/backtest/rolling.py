"""Rolling cutoffs before the test: the split moved back, one length of the valid period at a time.

Tashman, Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 2000: rolling origins.
"""

from datetime import date
from typing import NamedTuple

from twostage import split
from twostage.base.errors import InputError
from twostage.split import FINAL, Fold, Split


class Cutoff(NamedTuple):
    start: date
    split: Split  # as params.yaml would say it: test_start is `start`, the test lasts one length of the valid period
    valid: list[Fold]  # of those listed, as many as the log has room for; sorted by name
    test: Fold


def cutoffs(given: Split, first_day: int, most: int) -> list[Cutoff]:
    """Cutoff j, for j = 1 to `most`, has its test_start j lengths of the valid period before that of `given`.

    The last period ends where the test starts. A cutoff keeps those valid folds that start after `first_day`, the
    log's first (days since 1970-01-01); one without any is left out, and so are all before it.

    Raises
    ------
    InputError
        If there is no room for a single one.
    """
    length = given.test_start - given.valid_start
    found = []
    for back in range(1, most + 1):
        start = given.test_start - back * length
        names = [name for name in given.valid_folds if split.day(start) - given.back(name) > first_day]
        if not names:
            break
        values = {"valid_start": start - length, "test_start": start, "valid_folds": names, "test_days": length.days}
        moved = Split.model_validate(given.model_dump() | values)
        folds = split.folds(moved, first_day, split.day(start) + length.days - 1)
        by_name = {fold.name: fold for fold in folds if fold.name != FINAL}
        test = by_name.pop(split.TEST)
        found.append(Cutoff(start, moved, [by_name[name] for name in sorted(by_name)], test))
    if not found:
        begins = split.date_of(first_day)
        raise InputError(
            f"params.yaml: split: no cutoff before test_start = {given.test_start} has a valid fold of {length.days} "
            f"days in the log, which starts on {begins}; a later test_start or a shorter valid period has"
        )
    return found
