"""The table of baseline characteristics and where its rows come from."""

from typing import Literal, Self

from pydantic import model_validator

from helpers.params.base import Code, Decimals, Names, Params


class BaselineRow(Params):
    """One characteristic of the baseline table."""

    variable: str
    label: str
    kind: Literal["number", "category", "flag"]
    decimals: Decimals = 0
    score: bool = False
    levels: dict[str, str] = {}

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.decimals and self.kind != "number":
            raise ValueError(f"decimals go with kind number, not with {self.kind}")
        if self.levels and self.kind != "category":
            raise ValueError(f"levels go with kind category, not with {self.kind}")
        return self


class BaselineSources(Params):
    """Where the baseline characteristics outside the demography table come from."""

    risk_factors: Names = ()
    medication: dict[str, str] = {}
    weekly_hours: dict[str, str] = {}
    laboratory: Names = ()
    severity_score: Code | None = None
    severity_group: Code | None = None
