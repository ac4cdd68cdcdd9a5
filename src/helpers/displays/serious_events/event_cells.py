"""Texts of the cells of listings of serious events, from one event."""

from typing import Any

import pandas as pd

from helpers.displays.formats import NO_BREAK_SPACE, format_number
from helpers.displays.model import NOT_APPLICABLE
from helpers.displays.rows import name_code

CRITERIA = {
    "AESDTH": "death",
    "AESLIFE": "life-threatening",
    "AESHOSP": "hospital stay",
    "AESDISAB": "disability",
    "AESCONG": "birth defect",
    "AESMIE": "medically important",
}
WEEK = 168  # hours
Event = Any  # one row of the prepared frame, a named tuple


def write_text(value: object) -> str:
    """A text as recorded; empty where there is none."""
    return value if isinstance(value, str) else ""


def write_code(value: object) -> str:
    """A code of the export as words, `missing` where there is none."""
    return name_code(value) if isinstance(value, str) else "missing"


def write_number(value: Any) -> str:
    """A whole number; empty where there is none."""
    return "" if pd.isna(value) else format_number(float(value), 0)


def write_dose(event: Event) -> str:
    """Dose and time since: hours of the first week where the time is known, else days."""
    if pd.isna(event.DOSEREF):
        return NOT_APPLICABLE
    timed = pd.isna(getattr(event, "ASTTMF", None)) and event.HRSINF <= WEEK
    since = (format_number(float(event.HRSINF), 1), "h") if timed else (str(event.DAYSINF), "d")
    return f"dose{NO_BREAK_SPACE}{event.DOSEREF}, {NO_BREAK_SPACE.join(since)}"


def write_criteria(event: Event) -> str:
    """Criteria of seriousness that are met, `none` where none is."""
    met = [label for name, label in CRITERIA.items() if getattr(event, name, None) == "Y"]
    return ", ".join(met) or "none"
