"""Forms, the scores made from them, and how they are scored."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Code, Codes, Decimals, Names, Params, Range


class Form(Params):
    """One questionnaire or rating form and the visits where it is due."""

    label: str
    visits: Codes


class Responder(Params):
    """Change from baseline that counts as response, in the unit of the score."""

    LATER: ClassVar[frozenset[str]] = frozenset(("note",))
    change: float
    or_value_at_most: float | None = None
    or_value_at_least: float | None = None


class Variant(Params):
    """What another scoring option changes in a score: facts of its own, or those of a score."""

    same_as: Code | None = None
    label: str | None = None
    range: Annotated[tuple[int, int], Field(strict=False)] | None = None
    responder: Responder | None = None


class Score(Params):
    """One analysis parameter (PARAMCD) made from a form.

    `only` names scoring options under which the score exists, `variants` what they change. A
    `direction` that a program guessed and nobody decided is not shown as a fact.
    """

    label: str
    form: Code
    direction: Literal[-1, 1]
    direction_decided: bool = True
    range: Range
    decimals: Decimals = 0
    main: bool = False
    responder: Responder | None = None
    classes: dict[str, Range] = {}
    note: str = ""
    only: dict[str, Names] = {}
    variants: dict[str, dict[str, Variant]] = {}

    @property
    def better(self) -> str:
        """Which way is better, in words."""
        if not self.direction_decided:
            return "which way is better is not decided"
        return "higher is better" if self.direction > 0 else "lower is better"

    @model_validator(mode="after")
    def _check_response(self) -> Self:
        if self.responder is not None and self.responder.change * self.direction <= 0:
            better = "above 0" if self.direction > 0 else "below 0"
            raise ValueError(
                f"responder.change: found {self.responder.change:g}, allowed: {better}, "
                f"the direction in which the score gets better"
            )
        return self


class RecordedTotal(Params):
    """Another instrument of which only one number per visit is known."""

    minimum: int
    maximum: int
    direction: Literal[-1, 1] = 1
    label: str = "Total as recorded"

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError("minimum must be below maximum")
        return self


class Scoring(Params):
    """Options of the scale scorers; empty lists mean the scale's own."""

    mas_coding: Literal["one_point_five", "ordinal_0_5"] = "one_point_five"
    mas_arm: Codes = ()
    mas_leg: Codes = ()
    mas_min_rated: Annotated[int, Field(ge=1)] = 2
    sf36_version: Literal["rand", "v1", "v2"] = "v2"
    sf36_norms: str = "us1998"
    sf36_rand_half: bool = False
    fms_definition: Literal["fma_motor", "fma_ue", "fma_le", "fma_wrist_hand", "total_only"] = (
        "fma_motor"
    )
    fms_total: RecordedTotal | None = None

    @model_validator(mode="after")
    def _check_total(self) -> Self:
        if self.fms_definition == "total_only" and self.fms_total is None:
            raise ValueError("fms_definition total_only needs fms_total")
        if self.fms_definition != "total_only" and self.fms_total is not None:
            raise ValueError("fms_total goes with fms_definition total_only only")
        return self
