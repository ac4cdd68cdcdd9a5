"""Forms, the scores made from them, and how they are scored."""

from typing import Literal

from pydantic import Field

from helpers.params.base import Code, Codes, Decimals, Params, Range


class Form(Params):
    """One questionnaire or rating form and the visits where it is due."""

    label: str
    visits: Codes


class Responder(Params):
    """Change from baseline that counts as response, in the unit of the score."""

    change: float
    or_value_at_most: float | None = None
    or_value_at_least: float | None = None
    note: str = ""


class Score(Params):
    """One analysis parameter (PARAMCD) made from a form."""

    label: str
    form: Code
    direction: Literal[-1, 1]
    range: tuple[int, int] = Field(strict=False)
    decimals: Decimals = 0
    main: bool = False
    responder: Responder | None = None
    classes: dict[str, Range] = {}
    note: str = ""


class Scoring(Params):
    """Options of the scale scorers."""

    mas_coding: Literal["one_point_five", "ordinal_0_5"] = "one_point_five"
    sf36_version: Literal["rand", "v1", "v2"] = "v2"
    sf36_norms: str = "us1998"
    fms_definition: Literal["fma_motor", "fma_ue", "fma_le", "fma_wrist_hand", "total_only"] = (
        "fma_motor"
    )
