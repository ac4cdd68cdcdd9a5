"""Vital signs around an administration: at the right time, and there at all (C37, C38)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_rows
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial


def find_mistimed_vitals(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C37: measured too far from its time after the start; the first one must come before it."""
    rows = context.vitals
    rows = rows[rows["VSTPT"].notna() & rows["time"].notna()]
    doses = context.given.drop_duplicates([SUBJECT, "DOSENUM"])
    pairs = rows.merge(
        doses[[SUBJECT, "DOSENUM", "EXSTDTC", "EXENDTC"]], how="left", on=[SUBJECT, "DOSENUM"]
    ).set_index(rows.index)
    checks = trial.checks
    hours = pairs["VSTPT"].map(checks.timepoint_hours).astype("float64")
    nominal = pairs["EXSTDTC"] + pd.to_timedelta(hours, unit="h").dt.round("s")
    nominal = nominal.mask(pairs["VSTPT"] == checks.timepoint_end, pairs["EXENDTC"])
    late = hours > checks.late_after_hours
    allowed = late.map({True: checks.late_timing_minutes, False: checks.timing_minutes})
    off = (pairs["time"] - nominal).abs() > pd.to_timedelta(allowed, unit="min")
    after = (pairs["VSTPT"] == checks.timepoint_before) & (pairs["time"] > pairs["EXSTDTC"])
    hits = rows[off | after]
    one = hits.drop_duplicates([SUBJECT, "DOSENUM", "VSTPT", "VSDTC"]).assign(VSTESTCD=None)
    return report_rows(one, "vs", "C37", "W", "time does not fit the time point", "VSDTC")


def find_missing_vitals(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C38: a time point after a given dose without any value and without NOT DONE."""
    vs = context["vs"]
    vs = vs[vs["VSTPT"].notna()]
    blank = vs["VSORRES"].isna() & vs["VSSTAT"].isna()
    told = vs.loc[~blank, [SUBJECT, "DOSENUM", "VSTPT"]].drop_duplicates()
    expected = _expected_timepoints(context, trial)
    missing = expected.merge(told, how="left", indicator=True).query("_merge == 'left_only'")
    return gather(
        report_rows(
            missing,
            "vs",
            "C38",
            "W",
            "no vital signs at this time point and no reason; enter them or NOT DONE",
            day=missing["due"].dt.normalize(),
        ),
        report_rows(vs[blank], "vs", "C38", "W", "neither a value nor NOT DONE", "VSORRES"),
    )


def _expected_timepoints(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """Dose, time point and when it was `due`, as far as that had come by the extract in life."""
    doses = context.given.drop_duplicates([SUBJECT, "DOSENUM"])
    hours = {
        trial.checks.timepoint_before: 0.0,
        trial.checks.timepoint_end: 0.0,
        **trial.checks.timepoint_hours,
    }
    died = spread(context.death["first"], doses[SUBJECT])
    parts = []
    for point, after in hours.items():
        due = doses["EXSTDTC"] + pd.Timedelta(hours=after)
        alive = died.isna() | (due.dt.normalize() < died)
        rows = doses.assign(VSTPT=point, due=due)[(due <= context.extract) & alive]
        parts.append(rows[[SUBJECT, "DOSENUM", "VSTPT", "due"]])
    return pd.concat(parts, ignore_index=True)
