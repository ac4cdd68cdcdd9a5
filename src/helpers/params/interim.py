"""One interim: cut-off, what is reported, and every statistical choice of the run."""

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from helpers.params.base import Code, Days, Level, Params

Audience = Literal["open", "closed_unmasked"]
Report = Literal["safety", "efficacy"]
PositiveInt = Annotated[int, Field(gt=0)]


class Trigger(Params):
    """First date on which the condition holds; see docs/parameters.md for each kind."""

    kind: Literal["days_after_anchor", "visit_and_dose", "form_received", "visit_resolved"]
    persons: Annotated[int, Field(gt=0)] | Literal["all"]
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
        return self


class Stop(Params):
    """Bayesian stopping monitor."""

    prior_a: Annotated[float, Field(gt=0)] = 0.3
    prior_b: Annotated[float, Field(gt=0)] = 1.7
    p_star: Level = 0.15
    cut: Level = 0.90
    looks: Literal["continuous"] | Annotated[tuple[PositiveInt, ...], Field(strict=False)] = (
        "continuous"
    )

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
    """Exact Pocock-type companion of the stopping monitor."""

    p0: Level = 0.10
    alpha: Level = 0.10


class Mmrm(Params):
    """Mixed model for repeated measures."""

    cov_order: tuple[
        Literal["us", "toeph", "toep", "ar1h", "ar1", "csh", "cs", "adh", "ad"], ...
    ] = Field(default=("us", "toeph", "ar1h", "cs"), strict=False)
    df: Literal["satterthwaite", "kenward_roger", "kenward_roger_linear"] = "satterthwaite"
    covariates: tuple[str, ...] = Field(default=(), strict=False)


class Interim(Params):
    """Parameters of one interim analysis."""

    trial_id: str
    interim_id: str
    interim_label: str
    purpose: str = ""
    sequence: Annotated[int, Field(ge=1)]
    cutoff: dt.date | Literal["trigger"]
    extract: dt.datetime | None = None
    trigger: Trigger | None = None
    reports: tuple[Report, ...] = Field(default=("safety", "efficacy"), strict=False, min_length=1)
    audiences: tuple[Audience, ...] = Field(
        default=("open", "closed_unmasked"), strict=False, min_length=1
    )
    population_safety: Literal["SAF"] = "SAF"
    population_efficacy: Literal["ITT", "PP", "EFF"] = "ITT"
    pp_sensitivity: bool = True
    arms_order: Literal["registry"] = "registry"
    efficacy_content: Literal["completeness", "descriptive", "full"] = "full"
    alpha_look: bool = False
    nonlook_contrasts: bool = False
    admin_window_hours: PositiveInt = 72
    windows: dict[str, PositiveInt] = {"W24": 24, "W72": 72, "W7D": 168, "W30": 720}
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
    key_param: Code | None = None
    key_visit: Code | None = None
    planned_info: PositiveInt | None = None
    info_mode: Literal["count", "stat"] = "count"
    alpha_total: Level = 0.05
    spending: Literal["ld_obf", "ld_pocock", "haybittle", "none"] = "ld_obf"
    sides: Literal[1, 2] = 2
    planned_t: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        default=(0.5, 1.0), strict=False
    )
    mmrm: Mmrm = Mmrm()
    drift: float = 2.8016
    multiplicity: Literal["dunnett", "hochberg", "none"] = "dunnett"
    print_nominal_p: bool = False
    seed: Annotated[int, Field(ge=0)] = 20210705
    alpha_ledger: str | None = None
    mask_key_ref: str | None = None

    @field_validator("extract")
    @classmethod
    def _check_extract(
        cls, extract: dt.datetime | None, info: ValidationInfo
    ) -> dt.datetime | None:
        cutoff = info.data.get("cutoff")
        if extract is not None and isinstance(cutoff, dt.date) and extract.date() < cutoff:
            raise ValueError(f"found {extract}, allowed: the day of cutoff ({cutoff}) or later")
        return extract

    @field_validator("planned_t")
    @classmethod
    def _check_looks(cls, looks: tuple[float, ...]) -> tuple[float, ...]:
        if any(late <= early for early, late in pairwise(looks)) or looks[-1:] != (1.0,):
            raise ValueError(f"found {list(looks)}, allowed: rising shares that end with 1.0")
        return looks

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if self.cutoff == "trigger" and self.trigger is None:
            raise ValueError("cutoff is 'trigger' but no trigger is given")
        if self.alpha_look:
            for key in ("key_param", "key_visit", "planned_info"):
                if getattr(self, key) is None:
                    raise ValueError(f"{key}: missing; an interim with alpha_look needs it")
        return self
