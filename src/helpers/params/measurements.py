"""Laboratory values and vital signs."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Days, FileName, Names, Params


class Hepatic(Params):
    """Tests and multiples of the upper limit that make a potential Hy's law case."""

    transaminases: Names
    bilirubin: str
    alkaline_phosphatase: str
    transaminase_multiple: Annotated[float, Field(gt=0)] = 3.0
    bilirubin_multiple: Annotated[float, Field(gt=0)] = 2.0
    alkaline_multiple: Annotated[float, Field(gt=0)] = 2.0
    days: Days = 30


class AroundDoses(Params):
    """Tests and vital signs compared before and after a dose, and how many hours after it."""

    tests: Names = ()
    signs: Names = ()
    hours: Annotated[tuple[float, float], Field(strict=False)] = (18.0, 36.0)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not 0 < self.hours[0] < self.hours[1]:
            raise ValueError("hours: two numbers above 0, the smaller one first")
        return self


class SpinalFluid(Params):
    """Tests of cerebrospinal fluid, the events they tell of, and what is known of such doses."""

    tests: Names = ()
    categories: Names = ()
    context: str = ""


class Laboratory(Params):
    """Tests shown by visit, names of tests, and the files with units, limits and grades."""

    LATER: ClassVar[frozenset[str]] = frozenset(("blood",))
    units_file: FileName = "units.csv"
    limits_file: FileName = "limits.csv"
    grades_file: FileName | None = None
    labels: dict[str, str] = {}
    shown: Names = ()
    below_limit_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    multiples: Annotated[tuple[float, ...], Field(strict=False)] = (1.0, 3.0, 10.0)
    by_multiple: Names = ()
    compared: dict[str, Literal["highest", "lowest"]] = {}
    around_doses: AroundDoses = AroundDoses()
    spinal_fluid: SpinalFluid = SpinalFluid()
    anticoagulant_words: Names = ()
    hepatic: Hepatic | None = None


class Alarm(Params):
    """A value, or a change since before the dose, that calls for attention."""

    test: str
    label: str
    at_least: float | None = None
    below: float | None = None
    rise: float | None = None
    fall: float | None = None
    both: bool = False

    @model_validator(mode="after")
    def _check_has_limit(self) -> Self:
        if all(v is None for v in (self.at_least, self.below, self.rise, self.fall)):
            raise ValueError("an alarm needs at_least, below, rise or fall")
        return self


class VitalSigns(Params):
    """Names of the vital signs and their alarms."""

    labels: dict[str, str] = {}
    alarms: Annotated[tuple[Alarm, ...], Field(strict=False)] = ()
