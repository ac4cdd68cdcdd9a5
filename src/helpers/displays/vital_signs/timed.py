"""Vital signs at time points around the doses: which doses, points and values there are."""

import pandas as pd

from helpers.displays.formats import NO_BREAK_SPACE
from helpers.displays.measurements.words import name_timepoint
from helpers.params.trial import Trial

AFTER, LATER = "AFTER", "LATER"  # DOSETIM of advs


def read_timed(advs: pd.DataFrame) -> pd.DataFrame:
    """Values taken before or after a dose, at a time point or without one, or later in the stay."""
    return advs[advs["DOSETIM"].notna() & advs["DOSENUM"].notna()]


def choose_after(rows: pd.DataFrame) -> pd.DataFrame:
    """Values after the start of a dose, up to the hours of the last time point.

    The one definition of "after a dose": T-S-22, F-S-13 and L-S-07 count the same alarms.
    """
    return rows[rows["DOSETIM"] == AFTER]


def choose_later(rows: pd.DataFrame) -> pd.DataFrame:
    """Values of the stay for a dose beyond the hours of the last time point."""
    return rows[rows["DOSETIM"] == LATER]


def name_span(trial: Trial) -> str:
    """How long "after a dose" lasts: `up to 24 h`."""
    last = max(trial.checks.timepoint_hours.values(), default=0.0)
    return f"up to {last:g}{NO_BREAK_SPACE}h"


def list_points(rows: pd.DataFrame, trial: Trial) -> dict[str, str]:
    """Name by code of the time points that occur, in their order: before, end, hours after."""
    checks = trial.checks
    hours = sorted(checks.timepoint_hours, key=lambda code: checks.timepoint_hours[code])
    order = [checks.timepoint_before, checks.timepoint_end, *hours]
    found = set(rows["ATPT"].dropna())
    points = [code for code in order if code in found]
    points += sorted(found - set(order))
    return {code: name_timepoint(code, trial) for code in points}


def list_doses(rows: pd.DataFrame) -> list[int]:
    """Numbers of the doses around which values were taken."""
    return sorted(int(number) for number in rows["DOSENUM"].dropna().unique())


def select(rows: pd.DataFrame, test: str, dose: int, point: str) -> pd.DataFrame:
    """Values of one sign at one time point of one dose."""
    return rows[(rows["PARAMCD"] == test) & (rows["DOSENUM"] == dose) & (rows["ATPT"] == point)]
