"""Vital signs at time points around the doses: which doses, points and values there are."""

import pandas as pd

from helpers.displays.measurements.words import name_timepoint
from helpers.params.trial import Trial


def read_timed(advs: pd.DataFrame) -> pd.DataFrame:
    """Values taken at a time point of a dose."""
    return advs[advs["ATPT"].notna() & advs["DOSENUM"].notna()]


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
