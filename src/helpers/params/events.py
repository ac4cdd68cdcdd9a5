"""Adverse events, what interrupts a course, and times to a first event."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Code, Codes, Days, FileName, Hours, Names, Params
from helpers.params.imported import Where


class ExtraRow(Params):
    """A row of the event overview that only this trial has: by events or by participants."""

    code: Code
    label: str
    events: Where = {}
    persons: Where = {}


class WorstRow(Params):
    """Participants by the worst value of a variable of their events; `order`: mild to severe."""

    variable: str
    label: str
    order: dict[str, str]


class AdverseEvents(Params):
    """Windows, lists and conservative rules for adverse events."""

    LATER: ClassVar[frozenset[str]] = frozenset(("whole_follow_up",))
    aesi_file: FileName = "aesi.csv"
    dictionary_file: FileName = "dict.csv"
    related: Names = ("POSSIBLE", "PROBABLE", "DEFINITE")
    dose_changed: tuple[str, ...] = Field(
        default=(
            "DOSE_INTERRUPTED",
            "DOSE_NOT_COMPLETED",
            "NEXT_DOSE_DELAYED",
            "NEXT_DOSE_CANCELLED",
        ),
        strict=False,
    )
    window_note: str = ""
    bins: dict[str, Hours] = {
        "0-6 h": 6,
        ">6-24 h": 24,
        ">24-72 h": 72,
        ">72 h-7 d": 168,
        ">7-30 d": 720,
    }
    later_bin: str = ">30 d"
    date_only_bin: str = "day 0-1"
    categories: dict[str, str] = {}
    procedure_categories: Codes = ()
    procedure_terms: Names = ()
    extra_rows: Annotated[tuple[ExtraRow, ...], Field(strict=False)] = ()
    worst: WorstRow | None = None


class StoppingEvent(Params):
    """What counts as an event of the safety stopping rule."""

    related_grade: Annotated[int, Field(ge=1, le=5)] = 3
    related_days: Days = 7
    any_time: Names = ()
    near_dose: Names = ()
    labels: dict[str, str] = {}


class PauseTrigger(Params):
    """What asks for a review at once: so many events of a kind in one arm, or a lot in a state.

    `events` are codes of the stopping events in the term table; none of them: any event.
    """

    code: Code
    label: str
    events: Names = ()
    fatal: bool = False
    related: bool = False
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    within_hours: Annotated[int, Field(gt=0)] | None = None
    count: Annotated[int, Field(ge=1)] = 1
    lots: Names = ()

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        asked = (self.fatal, self.related, self.grade, self.within_hours, self.count > 1)
        if self.lots and (self.events or any(asked)):
            raise ValueError(f"{self.code}: a trigger of lots asks nothing of events")
        if not (self.lots or self.events or self.fatal):
            raise ValueError(f"{self.code}: one of events, fatal, lots must say what it counts")
        return self


class Medication(Params):
    """Drugs whose start disturbs some forms: a category of the medication table, or words."""

    category: str | None = None
    words: Names = ()
    forms: Codes = ()


class Programme(Params):
    """Therapy beyond what the protocol foresees, in hours a week."""

    category: str
    weekly_hours: Annotated[float, Field(gt=0)]
    above_percent: Annotated[float, Field(ge=0)] = 50.0


class Intercurrent(Params):
    """Events after which a value means something else; deaths, doses and raters need no key."""

    events: dict[str, Names] = {}
    medication: dict[str, Medication] = {}
    programmes: dict[str, Programme] = {}


class TimeToEvent(Params):
    """One time from randomisation to a first event; a death before it competes."""

    label: str
    event: Literal["adverse_event", "death", "discontinuation", "sustained_response"]
    serious: bool = False
    listed: bool = False
    category: Code | None = None
    related: bool = False
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    score: Code | None = None
    unconfirmed: bool = False

    @model_validator(mode="after")
    def _check_event(self) -> Self:
        response = self.event == "sustained_response"
        if response != (self.score is not None):
            raise ValueError("score goes with event sustained_response, and only with it")
        if self.unconfirmed and not response:
            raise ValueError("unconfirmed goes with event sustained_response only")
        for key in ("serious", "listed", "category", "related", "grade"):
            if getattr(self, key) and self.event != "adverse_event":
                raise ValueError(f"{key} goes with event adverse_event only")
        return self


def name_category(category: str) -> str:
    """PARAMCD of the time to the first event of a category of special interest."""
    return f"TTAESI.{category}"
