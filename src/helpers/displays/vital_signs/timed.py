"""Vital signs at time points around the doses: which doses, points and values there are."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.displays.formats import NO_BREAK_SPACE
from helpers.displays.measurements.words import name_timepoint
from helpers.params.trial import Trial
from helpers.view import Group

AFTER, LATER = "AFTER", "LATER"  # DOSETIM of advs
# what displays around doses read: advs has more variables, and every step copies all of them
READ = (
    *("USUBJID", "PARAMCD", "PARAM", "AVAL", "AVALU", "CHGPRE"),
    *("DOSENUM", "DOSETIM", "ATPT", "HRSDOSE", "ALARM", "ALARMFL", "IMPOSSFL"),
)
Places = Mapping[tuple[str, int, str], "NDArray[np.intp]"]


def read_timed(advs: pd.DataFrame) -> pd.DataFrame:
    """Values taken before or after a dose, at a time point or without one, or later in the stay."""
    held = [name for name in READ if name in advs]
    return advs.loc[advs["DOSETIM"].notna() & advs["DOSENUM"].notna(), held]


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


def find_places(rows: pd.DataFrame) -> Places:
    """Places of the rows of each sign, dose and time point: a search for each would be long."""
    timed = rows["ATPT"].notna().to_numpy()
    keys = rows.loc[timed, ["PARAMCD", "DOSENUM", "ATPT"]].astype({"DOSENUM": int})
    own = np.flatnonzero(timed)
    found = keys.reset_index(drop=True).groupby(list(keys.columns)).indices
    return {key: own[at] for key, at in found.items()}


def select(rows: pd.DataFrame, places: Places, test: str, dose: int, point: str) -> pd.DataFrame:
    """Values of one sign at one time point of one dose."""
    return rows.take(places.get((test, dose, point), np.empty(0, dtype=np.intp)))


def state_alarms(rows: pd.DataFrame, groups: Sequence[Group]) -> str:
    """Who had an alarm after a dose, and who later in the stay, by arm; empty without values."""
    after = choose_after(rows)
    if after.empty:
        return ""
    late = _find_alarmed(choose_later(rows))
    text = f"Participants with an alarm after a dose: {_count(_find_alarmed(after), groups, after)}"
    return f"{text}; later in the stay: {_count(late, groups)}." if late else f"{text}."


def _find_alarmed(rows: pd.DataFrame) -> set[str]:
    return set(rows.loc[rows["ALARMFL"] == "Y", "USUBJID"])


def _count(subjects: set[str], groups: Sequence[Group], among: pd.DataFrame | None = None) -> str:
    """Participants by arm, out of those with a value in `among` where it is given."""
    seen = None if among is None else set(among["USUBJID"])
    said = []
    for group in groups:
        members = set(group.subjects)
        whole = "" if seen is None else f" of {len(seen & members)}"
        said.append(f"{group.label} {len(subjects & members)}{whole}")
    return ", ".join(said)
