"""The trial: arms, visits, doses, scales, populations and every constant of the derivations."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from helpers.params.base import Code, Codes, Name, Names, Params
from helpers.params.characteristics import (
    BaselineRow,
    BaselineSources,
    Subgroup,
    check_subgroups,
)
from helpers.params.conduct import Accrual, Checks, Lights, Limit
from helpers.params.design import (
    Amount,
    Arm,
    Baseline,
    Dates,
    Doses,
    Eligibility,
    Exposure,
    Groups,
    SiteVisits,
    Visit,
)
from helpers.params.events import (
    AdverseEvents,
    ExtraRow,
    Intercurrent,
    Medication,
    PauseTrigger,
    Programme,
    StoppingEvent,
    TimeToEvent,
    WorstRow,
)
from helpers.params.imported import Given, Milestone
from helpers.params.measurements import Alarm, Hepatic, Laboratory, VitalSigns
from helpers.params.medication import CoIntervention, Medications
from helpers.params.outcomes import Outcome, Published, check_outcomes
from helpers.params.scores import Form, Responder, Score, Scoring
from helpers.params.words import list_choices, nearest

__all__ = [
    "Accrual",
    "AdverseEvents",
    "Alarm",
    "Amount",
    "Arm",
    "Baseline",
    "BaselineRow",
    "BaselineSources",
    "Checks",
    "CoIntervention",
    "Dates",
    "Doses",
    "Eligibility",
    "Exposure",
    "ExtraRow",
    "Form",
    "Groups",
    "Hepatic",
    "Intercurrent",
    "Laboratory",
    "Lights",
    "Limit",
    "Medication",
    "Medications",
    "Outcome",
    "PauseTrigger",
    "Programme",
    "Published",
    "Responder",
    "Score",
    "Scoring",
    "SiteVisits",
    "StoppingEvent",
    "Subgroup",
    "TimeToEvent",
    "Trial",
    "Visit",
    "VitalSigns",
    "WorstRow",
]

MaskScope = Literal["trial", "interim"]
CONTROL_POSITION = 2  # of the arms' colours: grey, as readers expect of a control


class Trial(Params):
    """Everything that is true of the trial whatever the interim."""

    LATER: ClassVar[frozenset[str]] = frozenset(("required_tables", "time_zone"))
    study: Name
    name: str
    title: str
    subtitle: str = ""
    level: Literal["raw", "adam"] = "raw"
    given: Given | None = None
    synthetic: bool
    plan_note: str = ""
    limits_note: Names = ()
    subject_pattern: str = "[0-9]{3}"
    arms: tuple[Arm, ...] = Field(strict=False, min_length=1)
    control: Code | None = None
    mask_scope: MaskScope = "trial"
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
    subgroups: tuple[Subgroup, ...] = Field(default=(), strict=False)
    forms: dict[Code, Form] = {}
    scoring: Scoring = Scoring()
    scores: dict[Code, Score] = {}
    consistency: Codes = ()
    adverse_events: AdverseEvents = AdverseEvents()
    stopping_event: StoppingEvent = StoppingEvent()
    pause_triggers: tuple[PauseTrigger, ...] = Field(default=(), strict=False)
    intercurrent: Intercurrent = Intercurrent()
    estimand_notes: Names = ()
    desirability: Annotated[
        tuple[Outcome, ...], Field(strict=False), AfterValidator(check_outcomes)
    ] = ()
    published: tuple[Published, ...] = Field(default=(), strict=False)
    medication: Medications = Medications()
    time_to_event: dict[Code, TimeToEvent] = {}
    laboratory: Laboratory = Laboratory()
    vital_signs: VitalSigns = VitalSigns()
    checks: Checks = Checks()
    accrual: Accrual
    lights: Lights = Lights()
    criteria: dict[str, str] = {}
    code_lists: dict[str, Names] = {}
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
        self._check_visits()
        self._check_scores(planned)
        check_subgroups(self.subgroups, self.baseline_table)
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

    def _check_scores(self, planned: set[str]) -> None:
        """Forms are due at planned visits; scores name forms, scores and options that exist."""
        for code, form in self.forms.items():
            for visit in set(form.visits) - planned:
                raise ValueError(f"forms.{code}.visits: {visit} is no planned visit")
            self._check_options(f"forms.{code}", form.notes)
        for code, score in self.scores.items():
            if score.form not in self.forms:
                raise ValueError(f"scores.{code}.form: {score.form} is no form")
            for key in ("norm_of", "same_as", "fills_in"):
                other = getattr(score, key)
                if other is not None and (other not in self.scores or other == code):
                    raise ValueError(f"scores.{code}.{key}: found {other}, allowed: another score")
            self._check_options(f"scores.{code}", (*score.only, *score.variants))
            self._check_variants(code, score)
        for code in self.consistency:
            if code not in self.scores:
                raise ValueError(
                    f"consistency: found {code}, allowed: a score{nearest(code, self.scores)}"
                )

    def _check_visits(self) -> None:
        """Codes differ, windows hold their targets and do not overlap, named visits exist."""
        codes = list(self.visit_codes)
        if len(set(codes)) < len(codes):
            raise ValueError("visits: two of them share a code")
        windowed = [visit for visit in self.visits if visit.analysis != (0, 0)]
        for visit in windowed:
            for name, (low, high) in (("analysis", visit.analysis), ("protocol", visit.protocol)):
                if not low <= visit.target <= high:
                    raise ValueError(
                        f"visits.{visit.code}.{name}: found {low} to {high}, allowed: a window "
                        f"that holds the target {visit.target}"
                    )
        for early, late in pairwise(windowed):
            if late.analysis[0] <= early.analysis[1]:
                raise ValueError(
                    f"visits.{late.code}.analysis: begins on day {late.analysis[0]}, inside the "
                    f"window of {early.code} (to day {early.analysis[1]})"
                )
        for key, named, known in (
            ("dates.last_visit_before_dose2", self.dates.last_visit_before_dose2, codes),
            ("eligibility.score_parameter", self.eligibility.score_parameter, self.scores),
            ("baseline_sources.severity_score", self.baseline_sources.severity_score, self.scores),
        ):
            if named is not None and named not in known:
                raise ValueError(f"{key}: found {named}, allowed: {', '.join(known)}")

    def _check_options(self, where: str, named: Iterable[str]) -> None:
        options = type(self.scoring).model_fields
        for option in named:
            if option not in options:
                known = ", ".join(options)
                raise ValueError(
                    f"{where}: {option} is no option of scoring ({known}){nearest(option, options)}"
                )

    def _check_variants(self, code: str, score: Score) -> None:
        options = type(self.scoring).model_fields
        for option, values in {**score.only, **score.variants}.items():
            choices = list_choices(options[option].annotation)
            for value in values if choices else ():
                if value not in choices:
                    raise ValueError(
                        f"scores.{code}: found {value!r} as {option}, allowed: "
                        f"{', '.join(choices)}{nearest(value, choices)}"
                    )
        for option, variants in score.variants.items():
            for value, variant in variants.items():
                if variant.same_as is not None and variant.same_as not in self.scores:
                    raise ValueError(
                        f"scores.{code}.variants: {value} is the same as {variant.same_as}, "
                        f"which is no score"
                    )
                if variant.responder is not None:
                    other = self.scores[variant.same_as or code]
                    where = f"scores.{code}.variants.{option}.{value}."
                    variant.responder.check_direction(other.direction, where)

    def _check_level(self, arms: list[str]) -> None:
        if self.level == "raw":
            if self.given is not None:
                raise ValueError("given: goes with level adam only")
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

    def name_draw(self, interim_id: str) -> str:
        """What enters the drawing of letters beside the trial: the interim where `mask_scope` is.

        Empty where a letter means the same arm at every interim.
        """
        return interim_id if self.mask_scope == "interim" else ""

    @property
    def milestones(self) -> dict[str, Milestone]:
        """What given data say that participants reached, by code."""
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

    def arm_position(self, code: str) -> int:
        """Place of an arm among the colours and markers: the control always has the third, grey."""
        others = [arm.code for arm in self.arms if arm.code != self.control]
        if code == self.control:
            return CONTROL_POSITION
        place = others.index(code)
        passed = self.control is not None and place >= CONTROL_POSITION
        return place + 1 if passed else place

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
