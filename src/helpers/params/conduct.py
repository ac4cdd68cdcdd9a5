"""The recruitment plan, the lights of the first page, the tolerances of record checks."""

from typing import Annotated

from pydantic import Field

from helpers.params.base import Code, Count, Days, Level, Names, Params, Percent


class Accrual(Params):
    """The recruitment plan and the prior of its projection."""

    planned: Count
    per_arm: Count
    months: Annotated[float, Field(gt=0)]
    recent_months: Count = 6
    prior_shape: Annotated[float, Field(gt=0)] = 1.0
    interval: Level = 0.8
    minimum: Count = 3


class Limit(Params):
    """Green and amber thresholds of one light."""

    green: Annotated[float, Field(strict=False)]
    amber: Annotated[float, Field(strict=False)]


class Lights(Params):
    """Thresholds of the lights on the first page."""

    accrual_percent: Limit = Limit(green=90, amber=70)
    completeness_percent: Limit = Limit(green=95, amber=85)
    findings_per_person: Limit = Limit(green=0.2, amber=0.5)


class Checks(Params):
    """Tolerances of the record checks (docs/checks.md)."""

    deviation_days: Days = 31
    dose_weight_percent: Percent = 10.0
    weight_change_percent: Percent = 15.0
    lot_findings: Names = ("QUARANTINED", "CONTAMINATED")
    timepoint_before: Code = "PRE"
    timepoint_end: Code = "H0"
    timepoint_hours: dict[str, float] = {"H0_5": 0.5, "H1": 1, "H2": 2, "H6": 6, "H24": 24}
    timing_minutes: Annotated[int, Field(ge=0)] = 15
    late_timing_minutes: Annotated[int, Field(ge=0)] = 60
    late_after_hours: Annotated[float, Field(ge=0)] = 2.0
    serious_grade: Annotated[int, Field(ge=1, le=5)] = 4
    duplicate_days: Days = 1
    informed_days: Days = 1
    fever_terms: Names = ("Fever",)
    fever_celsius: float = 38.0
    high_fever_celsius: float = 39.0
    fever_hours: Annotated[int, Field(gt=0)] = 24
    adverse_words: Names = ("adverse",)
    female_words: tuple[str, ...] = Field(
        default=("pregnan", "vagina", "uter", "ovar", "menstru", "menopaus"), strict=False
    )
    male_words: tuple[str, ...] = Field(
        default=("prostat", "testic", "testis", "penis", "penile"), strict=False
    )
    form_days: Days = 3
    plausible_change: dict[Code, float] = {}
    copied_items: Annotated[int, Field(gt=0)] = 15
    tone_form: Code | None = None
    tone_medication: str = "ANTISPASTIC"
    tone_words: Names = ("botulin",)
    tone_days: Days = 90
    unit_slips: tuple[float, ...] = Field(default=(10.0, 17.1, 18.0, 88.4, 113.0), strict=False)
    unit_slip_factor: Annotated[float, Field(gt=1)] = 1.3
    unit_slip_others: Annotated[int, Field(ge=2)] = 2
    run_length: Annotated[int, Field(ge=2)] = 6
    study_end_days: Days = 30
    entry_days: Days = 30
    serious_entry_days: Days = 3
