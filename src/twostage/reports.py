"""Parameters of the reports, apart from their code: a change of that code leaves the check of parameters alone."""

from typing import Annotated

from pydantic import Field

from twostage.params import Section


class Compare(Section):
    section = "compare"
    depths: list[int] = Field(min_length=1)
    budgets: list[Annotated[int, Field(ge=1)]]
    rbo_p: float = Field(gt=0, lt=1)
    pair_queries: int = Field(ge=1)


class Explain(Section):
    section = "explain"
    rows: int = Field(ge=10)
    holdout_rows: int = Field(ge=10)


class Audit(Section):
    section = "audit"
    queries: int = Field(ge=1)
    allow_dominance: bool
    warn_auc: float = Field(ge=0.5, le=1)


class Proof(Section):
    section = "proof"
    watched_pct: float | None = Field(ge=0)
