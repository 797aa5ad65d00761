"""Parameters of the stages that report, apart from their code: editing a report doesn't rerun check_parameters."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from twostage.base.params import Section


class Compare(Section):
    section = "compare"
    depths: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)
    budgets: list[Annotated[int, Field(ge=1)]]
    rbo_p: float = Field(gt=0, lt=1)
    pair_queries: int = Field(ge=1)


class Explain(Section):
    section = "explain"
    rows: int = Field(ge=10)
    holdout_rows: int = Field(ge=10)


Check = Literal["corruption", "fitted_late", "dominance", "psi", "adversary"]


class Audit(Section):
    section = "audit"
    queries: int = Field(ge=1)
    rows: int | None = Field(ge=1)
    fail: list[Check]
    warn: list[Check]
    max_psi: float = Field(gt=0)
    max_auc: float = Field(ge=0.5, le=1)

    @model_validator(mode="after")
    def _once(self) -> "Audit":
        both = [*self.fail, *self.warn]
        if len(set(both)) < len(both):
            raise ValueError(f"a check stands twice in fail {self.fail} and warn {self.warn}; list it in one")
        return self


class Observed(Section):
    section = "observed"
    watched_pct: float | None = Field(ge=0)
    max_pairs: int = Field(ge=100)
    iterations: int = Field(ge=1)
    learning_rate: float = Field(gt=0, le=1)
