"""The table of baseline characteristics, where its rows come from, and subgroups by them."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Code, Decimals, Names, Params
from helpers.params.words import nearest


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


def rank_level(level: str) -> tuple[float, bool, str]:
    """Place of a group such as `< 40`, `40-54`, `>= 16`: by its first number, `<` first."""
    digits = "".join(sign if sign.isdigit() or sign == "." else " " for sign in level).split()
    return (float(digits[0]) if digits else math.nan, not level.startswith("<"), level)


def name_level(level: str) -> str:
    """A group as it is shown: `>= 16` with the sign that print has for it."""
    return level.replace("<=", "\u2264").replace(">=", "\u2265")


class Subgroup(Params):
    """Subgroups by one of the baseline characteristics: its categories, or a number in parts.

    `cuts` are the lower ends of the parts of a number, but for the lowest part.
    """

    variable: str
    cuts: Annotated[tuple[float, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _check_cuts(self) -> Self:
        if any(late <= early for early, late in pairwise(self.cuts)):
            raise ValueError(f"cuts: found {list(self.cuts)}, allowed: rising numbers")
        return self


def check_subgroups(subgroups: Sequence[Subgroup], table: Sequence[BaselineRow]) -> None:
    """Stop unless each is by another row of the baseline table, with cuts where that is a number.

    Raises
    ------
    ValueError
        Naming the subgroups that are not.
    """
    rows = {row.variable: row for row in table}
    for place, (name, cuts) in enumerate((one.variable, one.cuts) for one in subgroups):
        if name not in rows:
            known = f"a variable of baseline_table{nearest(name, rows)}"
            raise ValueError(f"subgroups: found {name}, allowed: {known}")
        if name in [one.variable for one in subgroups[:place]]:
            raise ValueError(f"subgroups: {name} is named twice")
        kind = rows[name].kind
        if (kind == "number") != bool(cuts):
            needed = "a number needs cuts" if kind == "number" else "cuts go with a number"
            raise ValueError(f"subgroups: {name} is of kind {kind}; {needed}")


class BaselineSources(Params):
    """Where the baseline characteristics outside the demography table come from."""

    risk_factors: Names = ()
    medication: dict[str, str] = {}
    weekly_hours: dict[str, str] = {}
    laboratory: Names = ()
    severity_score: Code | None = None
    severity_group: Code | None = None
