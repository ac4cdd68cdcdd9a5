"""Which planned visit a dated value belongs to, and which of several values is used.

A value belongs to the visit in whose analysis window it lies, whatever label the site gave. What
was measured before treatment belongs to baseline; what lies in no window is unscheduled.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.datasets.flags import flag
from helpers.datasets.subjects.anchor import compute_study_day
from helpers.intake.groups import number_groups
from helpers.intake.partial_dates import describe_precision, earliest_date, parse_datetime
from helpers.intake.records import Records
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)


def derive_assessment_date(
    rows: pd.DataFrame, date: str, visit_dates: pd.DataFrame | None
) -> pd.DataFrame:
    """ADT (day) and ADTM (moment, only where a time is recorded).

    A date without its day cannot be placed in a window: like a missing one it becomes the date of
    the visit, or nothing.

    Parameters
    ----------
    rows : SUBJID, VISIT and the recorded date as partial text.
    visit_dates : SVSTDTC by SUBJID and VISIT.
    """
    text = rows[date]
    known = describe_precision(text).isin(["D", "T"])
    day = earliest_date(text).where(known)
    if visit_dates is not None and not known.all():
        keys = pd.MultiIndex.from_frame(rows[["SUBJID", "VISIT"]])
        day = day.fillna(visit_dates.reindex(keys).set_axis(rows.index)["SVSTDTC"])
    return rows.assign(ADT=day.astype("datetime64[s]"), ADTM=parse_datetime(text))


def build_baseline_end(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Until when a value is a baseline value, by SUBJID: BASEDT (last day), BASEDTM (moment).

    Treated participants: before the first dose starts (a value without a time: on or before that
    day). Everybody else: on or before the later of randomisation and the baseline visit, which may
    be at most `baseline.days_after_randomisation` after it.
    """
    persons = adsl.set_index("SUBJID")
    randomised = persons["RANDDT"]
    limit = randomised
    dates = records.visit_dates
    if dates is not None:
        visits = dates.reset_index()
        visits = visits[visits["VISIT"] == trial.baseline.code].set_index("SUBJID")["SVSTDTC"]
        latest = randomised + trial.baseline.days_after_randomisation * DAY
        visit = visits.reindex(persons.index)
        visit = visit.where(~(visit > latest), latest)
        limit = randomised.where(~(visit > randomised), visit)
    dosed = persons.get("TRTSDTM", pd.Series(pd.NaT, persons.index, dtype="datetime64[s]"))
    return pd.DataFrame(
        {"BASEDT": limit.where(dosed.isna(), dosed.dt.normalize()), "BASEDTM": dosed}
    )


def derive_visits(
    rows: pd.DataFrame,
    adsl: pd.DataFrame,
    baseline_end: pd.DataFrame,
    trial: Trial,
    unit: Sequence[str],
) -> pd.DataFrame:
    """ADY, OFFSET, AVISIT, AVISITN, AWTARGET, AWTDIFF and AFTERD2 of dated values.

    Parameters
    ----------
    rows : SUBJID, ADT, ADTM and the columns of `unit`.
    baseline_end : of `build_baseline_end`.
    unit : columns that, with the participant, say which values compete for the same visit.

    Returns
    -------
    The rows in the same order. OFFSET is days after the anchor; AVISIT the planned visit, or the
    code of unscheduled visits; AWTDIFF the distance from the visit's target in days. AFTERD2 marks
    values after the second dose that stand for the visit which should precede it.
    """
    anchor = _spread(adsl.set_index("SUBJID")["ANCHORDT"], rows)
    offset = (rows["ADT"] - anchor).dt.days.astype("Int64")
    early = _is_baseline(rows, baseline_end)
    code = pd.Series(trial.site_visits.unscheduled, index=rows.index, dtype=object)
    for visit in trial.visits:
        low, high = visit.analysis
        code = code.mask(
            ((offset >= low) & (offset <= high)).fillna(False).astype(bool), visit.code
        )
    code = code.mask(early, trial.baseline.code)
    code, after_dose2 = _respect_second_dose(rows, code, adsl, trial, unit)
    target = code.map({trial.baseline.code: 0, **{v.code: v.target for v in trial.visits}})
    target = target.astype("Int64")
    order = {name: place for place, name in enumerate(trial.visit_codes)}
    return rows.assign(
        ADY=compute_study_day(rows["ADT"], anchor),
        OFFSET=offset,
        AVISIT=code,
        AVISITN=code.map(order).astype("Int64"),
        AWTARGET=target,
        AWTDIFF=(offset - target).abs(),
        AFTERD2=after_dose2,
    )


def choose_rows(
    rows: pd.DataFrame, known: pd.Series, trial: Trial, unit: Sequence[str]
) -> pd.Series:
    """ANL01FL: Y on the one row of each participant, unit and visit that analyses use.

    Order of preference: a value before none; the smallest distance from the target (baseline: none,
    the last value counts); the later date; the later time; the later row.

    Parameters
    ----------
    rows : SUBJID, AVISIT, AWTDIFF, ADT, ADTM and the columns of `unit`, in the order of their keys.
    known : whether the value is there.
    """
    planned = rows["AVISIT"].isin(trial.visit_codes) & rows["ADT"].notna()
    candidates = rows[planned]
    distance = candidates["AWTDIFF"].to_numpy(dtype=np.int64)
    distance = np.where(candidates["AVISIT"] == trial.baseline.code, 0, distance)
    groups = number_groups(candidates, ("SUBJID", *unit, "AVISIT"))
    order = np.lexsort(
        (
            -np.arange(len(candidates)),
            -_seconds(candidates["ADTM"]),
            -_seconds(candidates["ADT"]),
            distance,
            ~known[planned].to_numpy(dtype=bool),
            groups,
        )
    )
    first = np.flatnonzero(np.diff(groups[order], prepend=-1))
    chosen = candidates.index[order[first]]
    return flag(pd.Series(rows.index.isin(chosen), index=rows.index))


def _seconds(moments: pd.Series) -> NDArray[np.int64]:
    """Seconds since 1970; far in the past where the moment is unknown."""
    seconds = moments.astype("datetime64[s]").to_numpy().astype(np.int64)
    return np.where(moments.isna().to_numpy(), np.int64(-(2**40)), seconds)


def _spread(facts: pd.Series, rows: pd.DataFrame) -> pd.Series:
    return facts.reindex(rows["SUBJID"]).set_axis(rows.index)


def _is_baseline(rows: pd.DataFrame, baseline_end: pd.DataFrame) -> pd.Series:
    day, moment = (_spread(baseline_end[name], rows) for name in ("BASEDT", "BASEDTM"))
    timed = moment.notna() & rows["ADTM"].notna()
    return (rows["ADT"] <= day).where(~timed, rows["ADTM"] < moment).fillna(False).astype(bool)


def _respect_second_dose(
    rows: pd.DataFrame, code: pd.Series, adsl: pd.DataFrame, trial: Trial, unit: Sequence[str]
) -> tuple[pd.Series, pd.Series]:
    """Values after the second dose leave the visit before it, unless they are all it has.

    They stay, flagged, when no earlier value lies in its window and they are at most
    `dates.after_dose2_days` after the dose.
    """
    none = pd.Series(None, index=rows.index, dtype=object)
    visit = trial.dates.last_visit_before_dose2
    if visit is None or "TRT2DTM" not in adsl:
        return code, none
    second = _spread(adsl.set_index("SUBJID")["TRT2DTM"], rows)
    inside = code == visit
    after = (rows["ADT"] > second.dt.normalize()).where(rows["ADTM"].isna(), rows["ADTM"] >= second)
    after &= inside & second.notna()
    groups = number_groups(rows, ("SUBJID", *unit))
    earlier = (inside & ~after).groupby(groups).transform("any").to_numpy()
    soon = rows["ADT"] - second.dt.normalize() <= trial.dates.after_dose2_days * DAY
    leaves = after & (earlier | ~soon)
    return code.mask(leaves, trial.site_visits.unscheduled), flag(after & ~leaves)
