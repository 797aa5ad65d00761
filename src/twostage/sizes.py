"""How many: N, what is kept of it, k. Several stages share these, each the values that it needs."""

from collections.abc import Iterable

from pydantic import Field, model_validator

from twostage.base.blocks import BLOCK
from twostage.base.params import Section


class Candidates(Section):
    section = "candidates"
    n: int = Field(ge=1)


class Keep(Section):
    """How many are ranked at least for each query, and whether what the user has seen may return."""

    section = "recommend"
    keep: int = Field(ge=1)
    exclude_seen: bool


def proposed(places: Iterable[int], keep: Keep, items: int) -> int:
    """Items of a query, at most, of so many that there are: `places` are those of each generator, which overlap.

    If they are fewer than `keep`, a union is filled up to it.
    """
    return min(max(sum(places), keep.keep), items)


class Shards(Section):
    section = "recommend"
    shard_users: int = Field(ge=BLOCK, multiple_of=BLOCK)


class Cut(Section):
    section = "recommend"
    k: int = Field(ge=1)
    keep: int = Field(ge=1)

    @model_validator(mode="after")
    def _check(self) -> "Cut":
        if self.k > self.keep:
            raise ValueError(f"recommend.k = {self.k} is over recommend.keep = {self.keep}, the length of ranked lists")
        return self
