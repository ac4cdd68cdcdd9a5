"""Doses still due: who is due which, the first day on which it may be given, the planned day."""

import pandas as pd

from helpers.displays.monitoring.after_alert import find_due
from helpers.view import ClosedView

COLUMNS = ("USUBJID", "DOSE", "OPENDT", "TARGETDT", "LASTDT")


def build_schedule(view: ClosedView) -> pd.DataFrame:
    """One row per dose still due of a randomised participant, by USUBJID and DOSE.

    OPENDT: first day on which the dose may be given, the day after the cut-off at the earliest;
    TARGETDT: the same of the planned interval; LASTDT: last day that the plan allows, null where
    the dose before is still due itself.
    """
    persons, plan = view.population("ITT"), view.trial.doses
    given = view.flagged("adex", "GIVENFL")
    parts = [_list_first(persons, view.cutoff)]
    for dose in range(2, plan.planned + 1):
        before = given[given["DOSEORD"] == dose - 1].set_index("USUBJID")["ASTDTM"]
        parts.append(_list_later(view, persons, before, parts[-1], dose))
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values(["USUBJID", "DOSE"], kind="stable", ignore_index=True)


def _list_first(persons: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Who waits for dose 1: it may be given at once."""
    subjects = pd.Index(find_due(persons, 1), dtype=object)
    day = cutoff + pd.Timedelta(days=1)
    return _build(subjects, 1, *(pd.Series(d, index=subjects) for d in (day, day, pd.NaT)))


def _list_later(
    view: ClosedView, persons: pd.DataFrame, before: pd.Series, waiting: pd.DataFrame, dose: int
) -> pd.DataFrame:
    """Who is due a later dose, counted from the one before, given (`before`) or due (`waiting`)."""
    plan = view.trial.doses
    subjects = pd.Index(find_due(persons, dose), dtype=object)
    known = waiting.set_index("USUBJID")
    given = before.dt.normalize().reindex(subjects)
    first, last = (pd.Timedelta(days=days) for days in plan.interval_days)
    soonest = view.cutoff + pd.Timedelta(days=1)
    opens = given.fillna(known["OPENDT"].reindex(subjects)) + first
    target = given.fillna(known["TARGETDT"].reindex(subjects))
    target = target + pd.Timedelta(days=plan.target_interval)
    rows = _build(
        subjects, dose, opens.clip(lower=soonest), target.clip(lower=soonest), given + last
    )
    return rows.dropna(subset=["OPENDT"])


def _build(
    subjects: pd.Index, dose: int, opens: pd.Series, target: pd.Series, last: pd.Series
) -> pd.DataFrame:
    days = {"OPENDT": opens, "TARGETDT": target, "LASTDT": last}
    columns = {name: pd.Series(day.to_numpy(), dtype="datetime64[s]") for name, day in days.items()}
    return pd.DataFrame({"USUBJID": list(subjects), "DOSE": dose, **columns}, columns=list(COLUMNS))
