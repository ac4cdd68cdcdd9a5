"""One interim: cut-off, what is reported, and every statistical choice of the run."""

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, NaiveDatetime, ValidationInfo, field_validator, model_validator

from helpers.params.base import Code, Count, Days, Hours, Level, Name, Names, Params

Audience = Literal["open", "closed_masked", "closed_unmasked"]
Report = Literal["safety", "efficacy"]
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


# A name in the environment, or a whole path: a relative one would be another file for each caller.
REFERENCE = re.compile(r"env:[A-Z_][A-Z0-9_]{0,63}|file:/[^\x00-\x1f]{1,1000}")
NOT_SAFETY = {
    "PP": "who deviated may be who was harmed, and would not be counted",
    "EFF": "who has no score after baseline may be who was harmed, and would not be counted",
    "ENR": "who was never randomised is in no arm",
}
WAITING = ("days_after_anchor", "visit_and_dose")  # kinds of trigger with days


class Trigger(Params):
    """First date on which the condition holds; see docs/parameters.md for each kind."""

    kind: Literal["days_after_anchor", "visit_and_dose", "form_received", "visit_resolved"]
    persons: Count | Literal["all"]
    days: Days = 0
    visit: Code | None = None
    form: Code | None = None
    dose: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _check_needed(self) -> Self:
        needed = {
            "visit_and_dose": ("visit", "dose"),
            "form_received": ("visit", "form"),
            "visit_resolved": ("visit",),
        }.get(self.kind, ())
        for key in needed:
            if getattr(self, key) is None:
                raise ValueError(f"a trigger of kind {self.kind} needs {key}")
        used = (*needed, *(("days",) if self.kind in WAITING else ()))
        for key in ("days", "visit", "form", "dose"):
            if key not in used and getattr(self, key) not in (None, 0):
                raise ValueError(f"a trigger of kind {self.kind} has no {key}; leave it out")
        return self


class Stop(Params):
    """Bayesian stopping monitor."""

    prior_a: Annotated[float, Field(gt=0)] = 0.3
    prior_b: Annotated[float, Field(gt=0)] = 1.7
    p_star: Level = 0.15
    cut: Level = 0.90
    expected_rate: Level = 0.05
    looks: Literal["continuous"] | Annotated[tuple[Count, ...], Field(strict=False)] = "continuous"

    @field_validator("looks")
    @classmethod
    def _check_looks(cls, looks: str | tuple[int, ...]) -> str | tuple[int, ...]:
        if isinstance(looks, tuple) and (
            not looks or any(late <= early for early, late in pairwise(looks))
        ):
            raise ValueError(
                f"found {list(looks)}, allowed: continuous, or rising numbers of participants"
            )
        return looks


class FrequentistStop(Params):
    """Frequentist companion of the stopping monitor: acceptable rate, error of ever crossing."""

    p0: Level = 0.10
    alpha: Level = 0.10


class ComparativeAlert(Params):
    """Comparison with the control group: excess that counts, probabilities that colour it."""

    margin: Annotated[float, Field(ge=0, lt=1)] = 0.10
    amber: Level = 0.80
    red: Level = 0.95

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.red < self.amber:
            raise ValueError(f"red: found {self.red}, allowed: amber ({self.amber}) or more")
        return self


Structure = Literal["us", "toeph", "toep", "ar1h", "ar1", "csh", "cs", "adh", "ad"]


class Mmrm(Params):
    """Mixed model for repeated measures: structures in turn, df method, covariates of adsl.

    `sensitivity_covariates` are added one at a time, in the sensitivity analyses only.
    """

    cov_order: Annotated[tuple[Structure, ...], Field(strict=False, min_length=1)] = (
        *("us", "toeph", "ar1h", "cs"),
    )
    df: Literal["satterthwaite", "kenward_roger", "kenward_roger_linear"] = "satterthwaite"
    covariates: Names = ()
    sensitivity_covariates: Names = ()

    @field_validator("cov_order")
    @classmethod
    def _check_order(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(order)) < len(order):
            raise ValueError(f"found {list(order)}, allowed: each structure once")
        return order


class Shrinkage(Params):
    """Prior of differences from the control in SD: SD of their common mean, and about it."""

    mean_sd: Annotated[float, Field(gt=0)] = 0.35
    tau_scale: Annotated[float, Field(gt=0)] = 0.25


class Interim(Params):
    """Parameters of one interim analysis."""

    trial_id: Name
    interim_id: Name
    interim_label: str
    purpose: str = ""
    sequence: Count
    cutoff: dt.date | Literal["trigger"]
    extract: NaiveDatetime | None = None
    trigger: Trigger | None = None
    reports: tuple[Report, ...] = Field(default=("safety", "efficacy"), strict=False, min_length=1)
    audiences: tuple[Audience, ...] = Field(
        default=("open", "closed_unmasked"), strict=False, min_length=1
    )
    arms_order: Literal["registry", "mask"] = "registry"
    mask_key_ref: str | None = None
    population_safety: Literal["SAF", "ITT"] = "SAF"
    population_efficacy: Literal["ITT", "PP", "EFF"] = "ITT"
    pp_sensitivity: bool = True
    efficacy_content: Literal["completeness", "descriptive", "full"] = "full"
    alpha_look: bool = False
    admin_window_hours: Hours = 72
    windows: dict[Code, Hours] = {"W24": 24, "W72": 72, "W7D": 168, "W30": 720}
    aa_definition: Literal["list_and_window", "window_any", "related_any"] = "list_and_window"
    control_window: Literal["off", "pseudo"] = "off"
    conf_level_safety: Level = 0.95
    ci_prop: Literal["clopper_pearson", "wilson"] = "clopper_pearson"
    ci_diff: Literal["miettinen_nurminen", "newcombe"] = "miettinen_nurminen"
    min_pct_report: Annotated[float, Field(ge=0, le=100)] = 5.0
    min_n_report: Annotated[int, Field(ge=0)] = 2
    small_cell: Annotated[int, Field(ge=0)] | None = None
    stop: Stop = Stop()
    freq_stop: FrequentistStop = FrequentistStop()
    comparative_alert: ComparativeAlert = ComparativeAlert()
    key_param: Code | None = None
    key_visit: Code | None = None
    planned_info: Count | None = None
    planned_t: Annotated[
        tuple[Annotated[float, Field(gt=0, le=1)], ...], Field(strict=False, min_length=1)
    ] = (0.5, 1.0)
    drift: Annotated[float, Field(gt=0)] = 2.8016
    alpha_total: Level = 0.05
    sides: Literal[1, 2] = 2
    multiplicity: Literal["dunnett", "hochberg", "none"] = "dunnett"
    info_mode: Literal["count", "stat"] = "count"
    planned_sd: Annotated[float, Field(gt=0)] | None = None
    spending: Literal["ld_obf", "ld_pocock", "haybittle", "none"] = "ld_obf"
    alpha_ledger: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    mmrm: Mmrm = Mmrm()
    shrinkage: Shrinkage | None = None
    nonlook_contrasts: bool = False
    print_nominal_p: bool = False
    seed: Annotated[int, Field(ge=0)] = 20210705

    @field_validator("cutoff")
    @classmethod
    def _check_cutoff(cls, cutoff: dt.date | str) -> dt.date | str:
        if isinstance(cutoff, dt.date) and not EARLIEST <= cutoff <= LATEST:
            raise ValueError(f"found {cutoff}, allowed: a day from {EARLIEST} to {LATEST}")
        return cutoff

    @field_validator("extract")
    @classmethod
    def _check_extract(
        cls, extract: dt.datetime | None, info: ValidationInfo
    ) -> dt.datetime | None:
        cutoff = info.data.get("cutoff")
        if extract is not None and isinstance(cutoff, dt.date) and extract.date() < cutoff:
            raise ValueError(f"found {extract}, allowed: the day of cutoff ({cutoff}) or later")
        return extract

    @field_validator("mask_key_ref", mode="before")
    @classmethod
    def _check_reference(cls, reference: Any) -> str | None:
        """A reference, never the key: what has another form may be the key, and is not repeated."""
        if reference is None:
            return None
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise ValueError(
                "found another form, allowed: env:NAME (capitals, digits, _), or file: with a path "
                "from / on; the name of the secret, never the secret itself"
            )
        return reference

    @field_validator("alpha_ledger")
    @classmethod
    def _check_ledger(cls, path: str | None) -> str | None:
        if path is not None and not (path.endswith(".jsonl") and path.isprintable()):
            raise ValueError(f"found {path[:80]!r}, allowed: the path of a file NAME.jsonl")
        return path

    @field_validator("population_safety", mode="before")
    @classmethod
    def _check_safety(cls, population: Any) -> Any:
        why = NOT_SAFETY.get(population) if isinstance(population, str) else None
        if why:
            raise ValueError(f"found {population}, allowed: SAF or ITT; {why}")
        return population

    @field_validator("planned_t")
    @classmethod
    def _check_planned(cls, planned: tuple[float, ...]) -> tuple[float, ...]:
        if planned[-1] != 1 or any(late <= early for early, late in pairwise(planned)):
            raise ValueError(f"found {list(planned)}, allowed: rising shares that end with 1")
        return planned

    @property
    def family_level(self) -> float:
        """Simultaneous confidence level of the formal family: its error is `alpha_total`."""
        return 1 - self.alpha_total

    @property
    def interval_level(self) -> float:
        """Level of the two-sided intervals of the efficacy report.

        Of a one-sided test each end is a one-sided limit at the level of the test: 95% two-sided
        beside 2.5% one-sided.
        """
        return 1 - self.alpha_total * (2 if self.sides == 1 else 1)

    @property
    def uses_per_protocol(self) -> bool:
        """Whether an analysis rests on the per-protocol population."""
        return self.pp_sensitivity or self.population_efficacy == "PP"

    @model_validator(mode="after")
    def _check_family(self) -> Self:
        if self.sides == 1 and self.alpha_total >= 0.5:
            raise ValueError(
                f"alpha_total: found {self.alpha_total}, allowed below 0.5 where sides is 1"
            )
        if self.info_mode == "stat" and self.planned_sd is None:
            raise ValueError(
                "planned_sd: missing; info_mode stat needs the standard deviation of the key "
                "change that the trial was planned with"
            )
        if self.info_mode != "stat" and self.planned_sd is not None:
            raise ValueError("planned_sd: read under info_mode stat only; leave it out")
        return self

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if self.cutoff == "trigger" and self.trigger is None:
            raise ValueError("cutoff is 'trigger' but no trigger is given")
        if self.alpha_look:
            for key in ("key_param", "key_visit", "planned_info"):
                if getattr(self, key) is None:
                    raise ValueError(f"{key}: missing; an interim with alpha_look needs it")
            if self.nonlook_contrasts:
                raise ValueError(
                    "nonlook_contrasts: found true, allowed without alpha_look: a look that spends "
                    "alpha compares the arms anyway"
                )
        return self
