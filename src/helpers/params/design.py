"""How the trial is built: arms, visits, doses, dates, entry limits."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Code, Codes, Days, Decimals, Params, Percent, Range

UNNAMED_ROUTE = "GIVEN"
"""Route of an arm that gets the product, as long as nobody has said by which route."""


class Arm(Params):
    """One randomised arm; its place in the list is its order and its colour."""

    code: Code
    label: str
    name: str
    contrast: str
    route: str | None = None

    @property
    def active(self) -> bool:
        """Whether the arm gets the product (it has a route)."""
        return self.route is not None


class Visit(Params):
    """A planned visit after baseline; days after the anchor, whose own offset is 0.

    Windows of 0 to 0 stand for none: only given analysis data, whose visits are named, lack them.
    """

    code: Code
    label: str
    target: Days
    analysis: Range = (0, 0)
    protocol: Range = (0, 0)


class Baseline(Params):
    """The baseline visit."""

    code: Code = "BL"
    label: str = "Baseline"
    days_before: Days = 28
    days_after_randomisation: Days = 14


class SiteVisits(Params):
    """Visit codes of the site that are not planned assessments."""

    screening: Code = "SCR"
    dose_stays: Codes = ()
    unscheduled: Code = "UNS"
    end_of_study: Code = "EOS"


class Doses(Params):
    """Planned administrations of the active arms."""

    planned: Annotated[int, Field(ge=0)] = 2
    interval_days: Range = (76, 106)
    target_interval: Days = 91
    per_kg: Annotated[float, Field(gt=0)] = 1.5
    unit: str = "million cells"
    full_percent: Range = (80, 110)
    plan_tolerance_percent: Percent = 2.0
    max_hours: Annotated[float, Field(gt=0)] = 6.0


class Amount(Params):
    """A total of the treatment in the subject-level data."""

    variable: str
    label: str
    decimals: Decimals = 0


class Exposure(Params):
    """Whether the product is given in single administrations or over a period of days.

    `duration` and `amounts` are variables of adsl, shown in each of `populations`.
    """

    kind: Literal["single", "periods"] = "single"
    duration: str = "TRTDURD"
    amounts: Annotated[tuple[Amount, ...], Field(strict=False)] = ()
    populations: Codes = ("SAF",)

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.kind == "single":
            for key in ("duration", "amounts", "populations"):
                if getattr(self, key) != type(self).model_fields[key].default:
                    raise ValueError(f"{key} goes with kind periods only")
        return self


class Dates(Params):
    """Conventions of date arithmetic."""

    anchor_mode: Literal["first_dose_else_rand", "rand"] = "first_dose_else_rand"
    month_days: Annotated[float, Field(gt=0)] = 30.4375
    year_days: Annotated[float, Field(gt=0)] = 365.25
    onset_day: Annotated[int, Field(ge=1, le=28)] = 15
    after_dose_minutes: Annotated[int, Field(ge=0)] = 1
    last_visit_before_dose2: Code | None = None
    after_dose2_days: Days = 7
    te_end_days: Days | None = None
    last_contact_days: Days = 60
    post_cutoff_sae_listing: bool = True


class Eligibility(Params):
    """Entry limits that record checks recompute."""

    age: Range = (40, 75)
    onset_days: Days = 731
    score_parameter: Code | None = None
    score_minimum: float | None = None


class Groups(Params):
    """Cut points of the subgroups in adsl; each value is the lower end of the next group."""

    age: tuple[int, ...] = Field(strict=False)
    age_top: int
    onset_months: float
    severity: tuple[int, ...] = Field(default=(), strict=False)
