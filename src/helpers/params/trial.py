"""The trial: arms, visits, doses, scales, populations and every constant of the derivations."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from helpers.params.base import Code, Codes, Days, Level, Names, Params, Percent, Range
from helpers.params.given import Given, Milestone, Where

Decimals = Annotated[int, Field(ge=0, le=4)]


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


class Dates(Params):
    """Conventions of date arithmetic."""

    anchor_mode: Literal["first_dose_else_rand", "rand"] = "first_dose_else_rand"
    month_days: Annotated[float, Field(gt=0)] = 30.4375
    year_days: Annotated[float, Field(gt=0)] = 365.25
    last_visit_before_dose2: Code | None = None
    after_dose2_days: Days = 7
    te_end_days: Days | None = None
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


class BaselineRow(Params):
    """One characteristic of the baseline table."""

    variable: str
    label: str
    kind: Literal["number", "category", "flag"]
    decimals: Decimals = 0
    score: bool = False
    levels: dict[str, str] = {}


class BaselineSources(Params):
    """Where the baseline characteristics outside the demography table come from."""

    risk_factors: Names = ()
    medication: dict[str, str] = {}
    weekly_hours: dict[str, str] = {}
    laboratory: Names = ()
    severity_score: Code | None = None
    severity_group: Code | None = None


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


class ExtraRow(Params):
    """A row of the event overview that only this trial has: by its events or by its persons."""

    code: Code
    label: str
    events: Where = {}
    persons: Where = {}


class WorstRow(Params):
    """Persons by the worst value of a variable of their events; `order` from mild to severe."""

    variable: str
    label: str
    order: dict[str, str]


class AdverseEvents(Params):
    """Windows, lists and conservative rules for adverse events."""

    aesi_file: str = "aesi.csv"
    dictionary_file: str = "dict.csv"
    related: Names = ("POSSIBLE", "PROBABLE", "DEFINITE")
    whole_follow_up: Names = ()
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
    categories: dict[str, str] = {}
    extra_rows: Annotated[tuple[ExtraRow, ...], Field(strict=False)] = ()
    worst: WorstRow | None = None


class StoppingEvent(Params):
    """What counts as an event of the safety stopping rule."""

    related_grade: Annotated[int, Field(ge=1, le=5)] = 3
    related_days: Days = 7
    any_time: Names = ()
    near_dose: Names = ()


class Accrual(Params):
    """The recruitment plan and the prior of its projection."""

    planned: Annotated[int, Field(gt=0)]
    per_arm: Annotated[int, Field(gt=0)]
    months: Annotated[float, Field(gt=0)]
    recent_months: Annotated[int, Field(gt=0)] = 6
    prior_shape: Annotated[float, Field(gt=0)] = 1.0
    interval: Level = 0.8
    minimum: Annotated[int, Field(ge=1)] = 3


class Limit(Params):
    """Green and amber thresholds of one light."""

    green: Annotated[float, Field(strict=False)]
    amber: Annotated[float, Field(strict=False)]


class Lights(Params):
    """Thresholds of the lights on the first page."""

    accrual_percent: Limit = Limit(green=90, amber=70)
    completeness_percent: Limit = Limit(green=95, amber=85)
    findings_per_person: Limit = Limit(green=0.2, amber=0.5)


class Hepatic(Params):
    """Tests and multiples of the upper limit that make a potential Hy's law case."""

    transaminases: Names
    bilirubin: str
    alkaline_phosphatase: str
    transaminase_multiple: Annotated[float, Field(gt=0)] = 3.0
    bilirubin_multiple: Annotated[float, Field(gt=0)] = 2.0
    alkaline_multiple: Annotated[float, Field(gt=0)] = 2.0
    days: Days = 30


class Laboratory(Params):
    """Tests shown, their names, and the files with units, limits and grades."""

    units_file: str = "units.csv"
    limits_file: str = "limits.csv"
    grades_file: str | None = None
    blood: str = "BLOOD"
    shown: Names = ()
    labels: dict[str, str] = {}
    below_limit_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    multiples: Annotated[tuple[float, ...], Field(strict=False)] = (1.0, 3.0, 10.0)
    by_multiple: Names = ()
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


class TimeToEvent(Params):
    """One time from randomisation to a first event; a death before it competes."""

    label: str
    event: Literal["adverse_event", "death", "discontinuation", "sustained_response"]
    serious: bool = False
    listed: bool = False
    related: bool = False
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    score: Code | None = None
    unconfirmed: bool = False

    @model_validator(mode="after")
    def _check_score(self) -> Self:
        if (self.event == "sustained_response") != (self.score is not None):
            raise ValueError("score goes with event sustained_response, and only with it")
        return self


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


class Trial(Params):
    """Everything that is true of the trial whatever the interim."""

    study: str
    name: str
    title: str
    subtitle: str = ""
    level: Literal["raw", "adam"] = "raw"
    given: Given | None = None
    synthetic: bool
    plan_note: str = ""
    time_zone: str = "UTC"
    subject_pattern: str = "[0-9]{3}"
    arms: tuple[Arm, ...] = Field(strict=False, min_length=1)
    control: Code | None = None
    baseline: Baseline = Baseline()
    visits: tuple[Visit, ...] = Field(strict=False, min_length=1)
    site_visits: SiteVisits = SiteVisits()
    doses: Doses = Doses()
    exposure: Exposure = Exposure()
    dates: Dates = Dates()
    eligibility: Eligibility = Eligibility()
    groups: Groups = Groups(age=(), age_top=0, onset_months=0)
    baseline_table: tuple[BaselineRow, ...] = Field(default=(), strict=False)
    baseline_sources: BaselineSources = BaselineSources()
    forms: dict[Code, Form] = {}
    scoring: Scoring = Scoring()
    scores: dict[Code, Score] = {}
    adverse_events: AdverseEvents = AdverseEvents()
    stopping_event: StoppingEvent = StoppingEvent()
    intercurrent: Intercurrent = Intercurrent()
    time_to_event: dict[Code, TimeToEvent] = {}
    laboratory: Laboratory = Laboratory()
    vital_signs: VitalSigns = VitalSigns()
    checks: Checks = Checks()
    accrual: Accrual
    lights: Lights = Lights()
    criteria: dict[str, str] = {}
    required_tables: Names = ()
    code_lists: dict[str, Names] = {}
    limits_note: Names = ()
    end_reasons: dict[Code, str] = {}
    interim_defaults: dict[str, object] = {}

    @model_validator(mode="after")
    def _check_names_resolve(self) -> Self:
        codes = [arm.code for arm in self.arms]
        if len(set(codes)) < len(codes):
            raise ValueError("two arms share a code")
        if self.control is not None and self.control not in codes:
            raise ValueError(f"control {self.control!r} is not among the arms {', '.join(codes)}")
        planned = {self.baseline.code, *(v.code for v in self.visits)}
        self._check_level(codes)
        for code, form in self.forms.items():
            for visit in set(form.visits) - planned:
                raise ValueError(f"forms.{code}.visits: {visit} is no planned visit")
        for code, score in self.scores.items():
            if score.form not in self.forms:
                raise ValueError(f"scores.{code}.form: {score.form} is no form")
        for code, time in self.time_to_event.items():
            target = self.scores.get(time.score) if time.score else None
            if time.score and (target is None or target.responder is None):
                raise ValueError(
                    f"time_to_event.{code}.score: {time.score} is no score with a responder"
                )
        for code in set(self.checks.plausible_change) - set(self.scores):
            raise ValueError(f"checks.plausible_change.{code}: is no score")
        if self.checks.tone_form is not None and self.checks.tone_form not in self.forms:
            raise ValueError(f"checks.tone_form: {self.checks.tone_form} is no form")
        return self

    def _check_level(self, arms: list[str]) -> None:
        if self.level == "raw":
            missing = [visit.code for visit in self.visits if visit.analysis == (0, 0)]
            if missing:
                raise ValueError(f"visits: {', '.join(missing)} need windows (analysis, protocol)")
            return
        if self.given is None:
            raise ValueError("level is adam: `given` must say how to read the data sets")
        known = {
            "arms": (set(self.given.arms.values()), set(arms)),
            "visits": (set(self.given.visits.values()), set(self.visit_codes)),
            "scores": (set(self.given.scores), set(self.scores)),
        }
        for key, (used, allowed) in known.items():
            if used - allowed:
                names = ", ".join(sorted(used - allowed))
                raise ValueError(f"given.{key}: {names} not among {', '.join(sorted(allowed))}")

    @property
    def milestones(self) -> dict[str, Milestone]:
        """What given data say that persons reached, by code."""
        return {} if self.given is None else self.given.subjects.milestones

    @property
    def active_arms(self) -> tuple[Arm, ...]:
        """Arms that get the product, in order."""
        return tuple(arm for arm in self.arms if arm.active)

    def arm(self, code: str) -> Arm:
        """Arm with this code."""
        return next(arm for arm in self.arms if arm.code == code)

    @property
    def visit_codes(self) -> tuple[str, ...]:
        """Baseline and planned visits in order."""
        return (self.baseline.code, *(visit.code for visit in self.visits))

    def visit_label(self, code: str) -> str:
        """Name of a planned visit as shown."""
        if code == self.baseline.code:
            return self.baseline.label
        return next((visit.label for visit in self.visits if visit.code == code), code)

    @property
    def contrasts(self) -> tuple[tuple[str, str, str], ...]:
        """Comparisons as (label, arm, reference arm): with control, then among the rest."""
        rows = []
        if self.control is not None:
            reference = self.arm(self.control)
            rows += [
                (f"{arm.contrast} - {reference.contrast}", arm.code, reference.code)
                for arm in self.arms
                if arm.code != reference.code
            ]
        others = [arm for arm in self.arms if arm.code != self.control]
        rows += [
            (f"{second.contrast} - {first.contrast}", second.code, first.code)
            for i, first in enumerate(others)
            for second in others[i + 1 :]
        ]
        return tuple(rows)
