"""Forms, the scores made from them, and how they are scored."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Class, Code, Codes, Decimals, Names, Params, Range

Worsening = Annotated[float, Field(gt=0)]


class Answer(Params):
    """An item whose answers are counted as they are: its name, label by answer, a sentence."""

    label: str
    levels: dict[str, str]
    note: str = ""


class Form(Params):
    """One questionnaire or rating form and the visits where it is due.

    `notes` are sentences below every table of its scores, by scoring option and its value;
    `answers` the items that are shown as categories, by their code.
    """

    label: str
    visits: Codes
    notes: dict[str, dict[str, str]] = {}
    answers: dict[Code, Answer] = {}


class Responder(Params):
    """Change from baseline that counts as response, in the unit of the score.

    `of`: `score`, its own change; `worst_items`, that of the items of its form that were the worst
    at baseline, all of them where several were: `change` is then a number of steps from one answer
    to the next. `note` says where the threshold comes from, when it was not set for this trial.
    """

    change: float
    of: Literal["score", "worst_items"] = "score"
    or_value_at_most: float | None = None
    or_value_at_least: float | None = None
    note: str = ""

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        if self.of == "score":
            return self
        if not self.change.is_integer():
            raise ValueError(f"change: found {self.change:g}, allowed: a whole number of steps")
        if (self.or_value_at_most, self.or_value_at_least) != (None, None):
            raise ValueError("of: found worst_items, allowed with a change only, not with a value")
        return self

    def check_direction(self, direction: int, where: str = "") -> None:
        """Refuse a change in which the score gets worse; `where` is the path of what holds it.

        Raises
        ------
        ValueError
            With the allowed sign.
        """
        if self.change * direction <= 0:
            raise ValueError(
                f"{where}responder.change: found {self.change:g}, allowed: "
                f"{'above' if direction > 0 else 'below'} 0, the direction in which the score gets "
                f"better"
            )


class Variant(Params):
    """What another scoring option changes in a score: facts of its own, or those of a score."""

    same_as: Code | None = None
    label: str | None = None
    range: Annotated[tuple[int, int], Field(strict=False)] | None = None
    responder: Responder | None = None
    classes: dict[str, Class] = {}


class Score(Params):
    """One analysis parameter (PARAMCD) made from a form.

    `range` is empty for scores that are computed from other scores: a norm-based score has the
    ends of the score it is `norm_of`, a component of several scales has none that can be reached.
    `same_as` is the score that this one names again; `fills_in` the one whose missing values the
    sponsor has filled in here, such as by the last value carried forward. `only` names scoring
    options under which the score exists, `variants` what they change. `harm` are the worsenings, in
    the unit of the score and whatever its direction, that are counted as neurological harm.
    `ordinal`: its classes are an ordered response of their own. A `direction` that a program
    guessed and nobody decided is not shown as a fact.
    """

    label: str
    form: Code
    direction: Literal[-1, 1]
    direction_decided: bool = True
    range: Range | None = None
    norm_of: Code | None = None
    same_as: Code | None = None
    fills_in: Code | None = None
    decimals: Decimals = 0
    main: bool = False
    responder: Responder | None = None
    harm: Annotated[tuple[Worsening, ...], Field(strict=False)] = ()
    classes: dict[str, Class] = {}
    ordinal: bool = False
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
    def _check_ordinal(self) -> Self:
        if self.ordinal and not self.classes:
            raise ValueError("ordinal: found true, allowed: false, or with classes")
        return self

    @model_validator(mode="after")
    def _check_response(self) -> Self:
        if self.responder is not None:
            self.responder.check_direction(self.direction)
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

    def choose_notes(self, form: Form) -> tuple[str, ...]:
        """Sentences of a form that hold under these options."""
        chosen = {option: str(getattr(self, option)) for option in form.notes}
        return tuple(
            notes[chosen[option]] for option, notes in form.notes.items() if chosen[option] in notes
        )

    @model_validator(mode="after")
    def _check_total(self) -> Self:
        if self.fms_definition == "total_only" and self.fms_total is None:
            raise ValueError("fms_definition total_only needs fms_total")
        if self.fms_definition != "total_only" and self.fms_total is not None:
            raise ValueError("fms_total goes with fms_definition total_only only")
        return self
