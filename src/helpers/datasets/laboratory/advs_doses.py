"""Which dose a vital sign was taken around, and whether before it, after it, or later in the stay.

One definition for every display: a fever on the morning after a dose is one whether or not the site
put a time point beside it.
"""

import math

import pandas as pd

from helpers.params.trial import Trial

HOUR = pd.Timedelta(hours=1)
BEFORE, AFTER, LATER = "BEFORE", "AFTER", "LATER"


def derive_dose_time(rows: pd.DataFrame, adex: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """DOSENUM, HRSDOSE (hours since the dose began) and DOSETIM of vital signs.

    A value at a time point keeps its dose: BEFORE it or AFTER it. A value without one belongs to
    the latest dose that had begun: AFTER it up to the hours of the last time point, LATER beyond
    them where it was taken in the stay for that dose. Without a time of day a value of a stay for a
    dose, or of no planned visit, counts by calendar days, which errs towards AFTER; one of a
    planned visit on the day of a dose is none of its values.

    Parameters
    ----------
    rows : vital signs with SUBJID, VISIT, ATPT, DOSENUM, ADT, ADTM.
    adex : given doses (GIVENFL = Y) with SUBJID, DOSENUM and ASTDTM.
    """
    timed = rows["ATPT"].notna() & rows["DOSENUM"].notna()
    found = _find_latest(rows, adex)
    last = max(trial.checks.timepoint_hours.values(), default=0.0)
    stays = {code: number for number, code in enumerate(trial.site_visits.dose_stays, start=1)}
    stay = rows["VISIT"].map(stays).astype("Int64")
    of_stay = stay.notna()
    free = of_stay | (rows["VISIT"] == trial.site_visits.unscheduled)
    near = (found["HRSDOSE"] <= last).fillna(False)
    by_day = free & (found["DAYS"] <= math.ceil(last / 24)).fillna(False)
    after = near.where(rows["ADTM"].notna(), by_day).astype(bool)
    # a value of the stay for another dose is none of this one, whatever day either has
    later = (stay == found["DOSENUM"]).fillna(False).astype(bool) & ~after
    when = pd.Series(None, index=rows.index, dtype=object).mask(later, LATER).mask(after, AFTER)
    before = rows["ATPT"] == trial.checks.timepoint_before
    when = when.where(~timed, before.map({True: BEFORE, False: AFTER}))
    number = rows["DOSENUM"].where(timed | when.isna(), found["DOSENUM"])
    return rows.assign(
        DOSENUM=number.astype("Int64"),
        HRSDOSE=found["HRSDOSE"].where(when.notna()).astype("Float64"),
        DOSETIM=when,
    )


def _find_latest(rows: pd.DataFrame, adex: pd.DataFrame) -> pd.DataFrame:
    """DOSENUM of the latest dose begun by then, HRSDOSE and DAYS since; null where there is none.

    A value without a time of day is held against the day of the dose.
    """
    empty = pd.DataFrame(
        {
            "DOSENUM": pd.Series(None, index=rows.index, dtype="Int64"),
            "HRSDOSE": pd.Series(None, index=rows.index, dtype="Float64"),
            "DAYS": pd.Series(None, index=rows.index, dtype="Float64"),
        }
    )
    given = adex[(adex["GIVENFL"] == "Y") & adex["ASTDTM"].notna()]
    if given.empty or rows.empty:
        return empty
    starts = given[["SUBJID", "DOSENUM", "ASTDTM"]].sort_values("ASTDTM", kind="stable")
    end_of_day = rows["ADT"] + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    moments = pd.DataFrame(
        {
            "SUBJID": rows["SUBJID"],
            "MOMENT": rows["ADTM"].fillna(end_of_day).astype("datetime64[s]"),
        }
    ).dropna()
    matched = pd.merge_asof(
        moments.reset_index().sort_values("MOMENT", kind="stable"),
        starts.astype({"ASTDTM": "datetime64[s]"}),
        left_on="MOMENT",
        right_on="ASTDTM",
        by="SUBJID",
    ).set_index("index")
    since = matched["MOMENT"] - matched["ASTDTM"]
    days = (matched["MOMENT"].dt.normalize() - matched["ASTDTM"].dt.normalize()).dt.days
    hours = (since / HOUR).where(rows["ADTM"].notna().reindex(matched.index))
    found = {"DOSENUM": matched["DOSENUM"], "HRSDOSE": hours, "DAYS": days}
    return empty.assign(
        **{name: found[name].reindex(rows.index).astype(empty[name].dtype) for name in found}
    )
