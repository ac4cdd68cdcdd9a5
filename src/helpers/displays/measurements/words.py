"""Words for one measured value: its number, where it was taken, what is odd about it."""

from typing import Any

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.formats import NO_BREAK_SPACE, format_number
from helpers.params.trial import Trial

NOT_KNOWN = "not known"
Record = Any  # one row of a prepared frame, a named tuple


def write_value(value: Any, decimals: int = 2) -> str:
    """A measured value with no more decimals than it has; empty where there is none."""
    if pd.isna(value):
        return ""
    text = format_number(float(value), decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_change(value: Any) -> str:
    """A change with its sign; empty where there is none."""
    text = write_value(value)
    return f"+{text}" if text and float(value) > 0 and text != "0" else text


def write_day(record: Record) -> str:
    """Study day of a value; its date where there is none: the participant was not randomised."""
    if pd.notna(record.ADY):
        return f"day {write_value(record.ADY, 0)}"
    return state_date(record.ADT) or "date not known"


def name_occasion(record: Record, trial: Trial) -> str:
    """Where a value was taken: the dose with its time point, or the visit."""
    dose, point = getattr(record, "DOSENUM", None), getattr(record, "ATPT", None)
    if dose is not None and pd.notna(dose) and isinstance(point, str):
        return f"dose{NO_BREAK_SPACE}{int(dose)}, {name_timepoint(point, trial)}"
    hours = getattr(record, "HRSDOSE", None)
    if dose is not None and pd.notna(dose) and hours is not None and pd.notna(hours):
        since = format_number(float(hours), 1)
        return f"dose{NO_BREAK_SPACE}{int(dose)}, {since}{NO_BREAK_SPACE}h after its start"
    visit = getattr(record, "VISIT", None)
    if not isinstance(visit, str):
        visit = getattr(record, "AVISIT", None)
    if not isinstance(visit, str):
        return NOT_KNOWN
    place = f", {point.lower()}" if isinstance(point, str) else ""
    return f"{name_visit(visit, trial)}{place}"


def name_visit(code: str, trial: Trial) -> str:
    """Name of a visit as shown: that of the plan, or of the site's other visits."""
    site = trial.site_visits
    others = {site.screening: "Screening", site.unscheduled: "Unscheduled"}
    others |= {stay: f"Stay for dose {n}" for n, stay in enumerate(site.dose_stays, start=1)}
    return others.get(code) or trial.visit_label(code)


def name_timepoint(code: str, trial: Trial) -> str:
    """A time point around a dose in words: `before`, `end of dose`, `0.5 h`."""
    checks = trial.checks
    if code == checks.timepoint_before:
        return "before"
    if code == checks.timepoint_end:
        return "end of dose"
    hours = checks.timepoint_hours.get(code)
    return code if hours is None else f"{hours:g}{NO_BREAK_SPACE}h"


def write_marks(record: Record) -> list[str]:
    """What is odd about a value: impossible, improbable, or without a known unit."""
    if getattr(record, "IMPOSSFL", None) == "Y":
        return ["impossible, in no mean"]
    if getattr(record, "IMPROBFL", None) == "Y":
        return ["improbable, used"]
    return ["unit not known, in no table"] if pd.isna(record.OBSVAL) else []
