"""What else a leaf of the parameters may be, and what must be around it before it can matter."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from altered_exports import read_table, write_table
from leaf_settings import Path_, matches

from helpers.params import Interim, Trial
from helpers.params.check_model import flatten, is_model
from helpers.params.words import list_choices
from helpers.simulate import write_export


@dataclass(frozen=True)
class Stage:
    """What must be around a leaf before it can matter: other leaves, an export with one oddity."""

    leaves: tuple[tuple[Path_, Any], ...] = ()
    alter: Callable[[Path], None] | None = None


def propose(path: Path_, value: Any) -> Sequence[Any]:
    """Other values for a leaf, near and far."""
    for pattern, values in SPECIAL.items():
        if matches(path, pattern):
            return values
    choices = _find_choices(path)
    if choices:
        return [choice for choice in choices if choice != value]
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1, value * 3 + 40, 1, 0)
    if isinstance(value, float):
        return (value * 1.5, value / 2, value + 1, value * 100, 0.0)
    return (f"{value}X",) if isinstance(value, str) else ()


def _find_choices(path: Path_) -> tuple[Any, ...]:
    """Values of a leaf whose type is a list of choices."""
    model: Any = Trial if path[0] == "trial" else Interim
    for part in path[1:]:
        if part not in model.model_fields:
            continue
        annotation = model.model_fields[str(part)].annotation
        inner = [kind for kind in flatten(annotation) if is_model(kind)]
        if not inner:
            words = list_choices(annotation)
            return words if part in (path[-1], path[-2]) else ()
        model = inner[0]
    return ()


# Where another value has to be of a certain kind to mean anything; patterns of the ends of paths.
SPECIAL: Mapping[str, Sequence[Any]] = {
    "interim.cutoff": ("2023-03-18",),
    "interim.extract": ("2023-04-20T00:00:00",),
    "interim.small_cell": (10,),
    "interim.planned_sd": (4.0,),
    "interim.mask_key_ref": ("env:OWN_KEY",),
    "interim.alpha_ledger": ("looks.jsonl",),
    "desirability.*.severe": (True,),
    "mmrm.covariates": (["ONSETGR1"],),
    "mmrm.sensitivity_covariates.*": ("AGE",),
    "stop.looks": ([4, 8, 16],),
    "trial.given": ({"arms": {"IV": "IV"}},),
    "arms.*.route": ("TRANSDERMAL",),
    "arms.*.code": ("XX",),
    "trial.control": ("IV",),
    "dates.te_end_days": (30,),
    "exposure.amounts": ([{"variable": "X", "label": "X"}],),
    "exposure.populations.*": ("ITT",),
    "baseline_table.*.levels": ({"F": "X"},),
    "subgroups.*.cuts": ([1.0],),
    "scoring.mas_arm": (["mas_elbow_flexors"],),
    "scoring.mas_leg": (["mas_knee_flexors"], ["mas_knee_extensors"], ["mas_elbow_flexors"]),
    "scoring.fms_total": ({"minimum": 0, "maximum": 10},),
    "scores.*.responder": ({"change": 1.0}, {"change": -1.0}),
    "responder.or_value_at_least": (0.0,),
    "responder.or_value_at_most": (1000.0,),
    "scores.*.fills_in": ("NIHSSTOT",),
    "scores.*.same_as": ("FIMTOT", "NIHSSTOT"),
    "scores.*.only": ({"sf36_version": ["v1"], "mas_coding": ["ordinal_0_5"]},),
    "scores.*.variants": ({"fms_definition": {"fma_motor": {"label": "X"}}},),
    "scores.*.classes": ({"all": [-1000, 1000]},),
    "variants.*.*.label": ("Another label",),
    "variants.*.*.range": ([0, 7],),
    "variants.*.*.responder": ({"change": 1.0}, {"change": -1.0}),
    "variants.*.*.same_as": ("NIHSSTOT",),
    "variants.*.*.classes": ({"all": [-1000, 1000]},),
    "adverse_events.extra_rows": ([{"code": "x", "label": "X", "events": {"AESER": ["Y"]}}],),
    "adverse_events.worst": ({"variable": "AETOXGR", "label": "X", "order": {"1": "I"}},),
    "adverse_events.aesi_file": ("none.csv",),
    "time_to_event.*.category": ("FEVER_CHILLS", "STROKE_RECURRENT"),
    "time_to_event.*.grade": (3, 2),
    "time_to_event.*.score": ("NIHSSTOT", "FIMTOT"),
    "pause_triggers.*.events.*": ("STROKE_RECURRENT", "THROMBOEMBOLISM"),
    "pause_triggers.*.lots.*": ("RELEASED",),
    "alarms.*.below": (1000.0,),
    "alarms.*.at_least": (0.0,),
    "alarms.*.fall": (0.1,),
    "alarms.*.rise": (0.1,),
    "trial.code_lists": ({"visits": ["BL"]},),
    "trial.end_reasons": ({"DEATH": "Another word"},),
    "trial.criteria.*": ("pregnancy, prostate",),
    "trigger.dose": (1,),
    "trial.subject_pattern": ("[0-9]",),
    "female_words.*": ("headach",),
    "male_words.*": ("headach",),
    "adverse_words.*": ("e",),
    "unit_slips.*": (1.2, 5.0, 2.0),
    "tone_words.*": ("a",),
    "medication.*.words.*": ("a",),
    "co_interventions.*.words.*": ("a",),
    "anticoagulant_words.*": ("a",),
}

# What is changed with a leaf, where it cannot be another one alone.
TOGETHER: Mapping[str, tuple[tuple[Path_, Any], ...]] = {
    "exposure.kind": ((("trial", "exposure", "duration"), "AGE"),),
}


def date_baseline_late(export: Path) -> None:
    """The baseline of the first control lies ten days after randomisation."""
    randomised = read_table(export / "restricted" / "rand.csv")
    first = randomised[randomised["ARMCD"] == "CTL"].iloc[0]
    day = pd.Timestamp(first["RANDDTC"]) + pd.Timedelta(days=10)
    date_visit(export, first["SUBJID"], "BL", day)


def date_month_3_after_dose_2(export: Path) -> None:
    """The third month of the first participant with two doses lies three days after the second."""
    doses = read_table(export / "restricted" / "ex.csv")
    second = doses[(doses["DOSENUM"] == "2") & (doses["EXOCCUR"] == "Y")].iloc[0]
    day = pd.Timestamp(second["EXSTDTC"]) + pd.Timedelta(days=3)
    date_visit(export, second["SUBJID"], "M03", day)


def date_deviations_late(export: Path) -> None:
    """Deviations of doses are dated twenty days after what they explain."""
    path = export / "open" / "dv.csv"
    frame = read_table(path)
    rows = frame["DVCAT"] == "DOSE"
    days = pd.to_datetime(frame.loc[rows, "DVSTDTC"]) + pd.Timedelta(days=20)
    frame.loc[rows, "DVSTDTC"] = days.dt.strftime("%Y-%m-%d")
    write_table(frame, path)


def enlarge(export: Path) -> None:
    """A trial of so many that figures draw some participants only."""
    shutil.rmtree(export)
    export.mkdir()
    write_export(export, n_per_arm=260)


def date_visit(export: Path, subject: str, visit: str, day: pd.Timestamp) -> None:
    """Put a visit and its forms on another day."""
    for name, column in (("sv", "SVSTDTC"), ("qs", "QSDTC")):
        frame = read_table(export / "open" / f"{name}.csv")
        rows = (frame["SUBJID"] == subject) & (frame["VISIT"] == visit) & (frame[column] != "")
        frame.loc[rows, column] = f"{day:%Y-%m-%d}" + frame.loc[rows, column].str[10:]
        write_table(frame, export / "open" / f"{name}.csv")


# Leaves that matter only where something else is so; see `find_stage` for kinds of them.
STAGES: Mapping[str, Stage] = {
    "notes.sf36_version.v1": Stage(
        (
            (("trial", "scoring", "sf36_version"), "v1"),
            (("trial", "scoring", "sf36_norms"), "us1990"),
        )
    ),
    "scoring.sf36_rand_half": Stage(((("trial", "scoring", "sf36_version"), "rand"),)),
    "baseline.days_after_randomisation": Stage(alter=date_baseline_late),
    "checks.deviation_days": Stage(alter=date_deviations_late),
    "interim.seed": Stage(alter=enlarge),
    "dates.after_dose2_days": Stage(alter=date_month_3_after_dose_2),
}


def find_stage(path: Path_) -> Stage:
    """What must be around a leaf: of a variant or a note, the scoring option that chooses it."""
    for pattern, stage in STAGES.items():
        if matches(path, pattern):
            return stage
    chooser = next((place for place, part in enumerate(path) if part in ("variants", "notes")), -1)
    chosen = path[chooser + 1 : chooser + 3] if chooser >= 0 else ()
    if len(chosen) == 2:
        return Stage(((("trial", "scoring", chosen[0]), chosen[1]),))
    return Stage()
