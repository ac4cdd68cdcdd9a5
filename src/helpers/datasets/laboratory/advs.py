"""advs: one row per vital sign, with its change since baseline and since before the dose."""

import pandas as pd

from helpers.checks.plausibility import classify_vitals
from helpers.checks.units import convert_vitals
from helpers.datasets.flags import flag
from helpers.datasets.laboratory.adlb import choose_values, derive_change, derive_plausibility
from helpers.datasets.laboratory.adlb_limits import find_normal_range
from helpers.datasets.laboratory.advs_doses import AFTER, LATER, derive_dose_time
from helpers.datasets.subjects.merge import merge_subject_variables, take_subject_variable
from helpers.datasets.visits.windows import (
    build_baseline_end,
    derive_assessment_date,
    derive_visits,
)
from helpers.intake.records import Records
from helpers.params.trial import Alarm, Trial

COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "TRT01A", "PARAMCD", "PARAM", "VISIT", "DOSENUM", "ATPT",
    "AVISIT", "AVISITN", "ADT", "ADTM", "ADY", "OFFSET", "AVAL", "AVALU", "OBSVAL", "IMPROBFL",
    "IMPOSSFL", "ANRLO", "ANRHI", "ANRIND", "BASE", "CHG", "ABLFL", "ANL01FL", "AWTARGET",
    "AWTDIFF", "AFTERD2", "POSTFL", "HRSDOSE", "DOSETIM", "PREVAL", "CHGPRE", "ALARM", "ALARMFL",
    "SRCDOM", "SRCSEQ",
)  # fmt: skip
TOLERANCE = 1e-9


def build_advs(
    records: Records, adsl: pd.DataFrame, adex: pd.DataFrame, trial: Trial
) -> pd.DataFrame:
    """Vital signs of the participants in `adsl`, ordered by participant, sign and time.

    Returns
    -------
    `COLUMNS`. ATPT is the time point around a dose; such a value belongs to the stay, not to a
    planned visit (AVISIT is then the site's visit), but the last one before the first dose may be
    the baseline. An improbable value (IMPROBFL) is used; an impossible one (IMPOSSFL), or one in an
    unknown unit, has no AVAL and so no part in baseline, change and visit. OBSVAL is the value as
    observed, impossible or not. DOSETIM says whether it was taken before a dose, after it, or later
    in the stay for it; PREVAL is the value before that dose, CHGPRE the change since.
    ALARM names the alarm of the trial's parameters that the observed value sets off: an impossible
    one too, for whoever reads it must decide what it was.
    """
    vs = records["vs"]
    kept = vs["SUBJID"].isin(adsl["SUBJID"]) & vs["VSORRES"].notna()
    rows = convert_vitals(vs[kept].reset_index(drop=True), records.reference)
    rows = derive_plausibility(rows, rows["value"], classify_vitals(rows, records.reference))
    rows = rows.rename(columns={"VSTESTCD": "PARAMCD", "VSTPT": "ATPT"})
    rows = derive_assessment_date(rows, "VSDTC", records.visit_dates)
    limits = build_baseline_end(records, adsl, trial)
    rows = _place(rows, adsl, limits, trial)
    rows = choose_values(rows, trial)
    rows = derive_change(rows, trial)
    rows = derive_dose_time(rows, adex, trial)
    rows = derive_dose_change(rows, trial)
    rows = derive_alarms(rows, trial)
    rows = _describe(rows, records, adsl, trial)
    order = ["USUBJID", "PARAMCD", "ADT", "ADTM"]
    rows = rows.sort_values(order, kind="stable", na_position="first")
    return rows[list(COLUMNS)].reset_index(drop=True)


def _place(
    rows: pd.DataFrame, adsl: pd.DataFrame, limits: pd.DataFrame, trial: Trial
) -> pd.DataFrame:
    """Planned visits for values of ordinary visits; values around a dose keep the site's visit."""
    timed = rows["ATPT"].notna()
    placed = pd.concat(
        [
            derive_visits(part, adsl, limits, trial, ["PARAMCD", "USABLE"])
            for part in (rows[~timed], rows[timed])
        ]
    ).sort_index(kind="stable")
    of_dose = placed["ATPT"].notna() & (placed["AVISIT"] != trial.baseline.code)
    return placed.assign(
        AVISIT=placed["AVISIT"].mask(of_dose, placed["VISIT"]),
        AFTERD2=placed["AFTERD2"].mask(of_dose, None),
        **{name: placed[name].mask(of_dose) for name in ("AVISITN", "AWTARGET", "AWTDIFF")},
    )


def derive_dose_change(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """PREVAL (value before the dose of the row) and CHGPRE."""
    keys = ["SUBJID", "DOSENUM", "PARAMCD"]
    before = rows[(rows["ATPT"] == trial.checks.timepoint_before) & rows["AVAL"].notna()]
    before = before.sort_values(["ADT", "ADTM"], kind="stable").drop_duplicates(keys, keep="last")
    index = pd.MultiIndex.from_frame(rows[keys])
    value = before.set_index(keys)["AVAL"].reindex(index).set_axis(rows.index)
    value = value.where(rows["DOSETIM"].notna())
    return rows.assign(PREVAL=value, CHGPRE=_change_since_dose(rows["AVAL"], value, rows))


def _change_since_dose(value: pd.Series, before: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Change of the values taken after the start of a dose."""
    return (value - before).where(rows["DOSETIM"].isin([AFTER, LATER]))


def derive_alarms(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ALARM (label of the first alarm that the observed value sets off) and ALARMFL."""
    label = pd.Series(None, index=rows.index, dtype=object)
    value = rows["OBSVAL"]
    change = _change_since_dose(value, rows["PREVAL"], rows)
    for alarm in reversed(trial.vital_signs.alarms):
        hit = (rows["PARAMCD"] == alarm.test) & _sets_off(value, change, alarm)
        label = label.mask(hit, alarm.label)
    return rows.assign(ALARM=label, ALARMFL=flag(label.notna()))


def _sets_off(value: pd.Series, change: pd.Series, alarm: Alarm) -> pd.Series:
    """Limit or change; with `both` the two together, where the change is known."""
    limit = pd.Series(False, index=value.index)
    if alarm.at_least is not None:
        limit |= (value >= alarm.at_least - TOLERANCE).fillna(False).astype(bool)
    if alarm.below is not None:
        limit |= (value < alarm.below - TOLERANCE).fillna(False).astype(bool)
    moved = pd.Series(False, index=value.index)
    if alarm.rise is not None:
        moved |= (change >= alarm.rise - TOLERANCE).fillna(False).astype(bool)
    if alarm.fall is not None:
        moved |= (change <= -alarm.fall + TOLERANCE).fillna(False).astype(bool)
    return limit & (moved | change.isna()) if alarm.both else limit | moved


def _describe(
    rows: pd.DataFrame, records: Records, adsl: pd.DataFrame, trial: Trial
) -> pd.DataFrame:
    sex = take_subject_variable(rows, adsl, "SEX")
    limits = find_normal_range(records.reference, rows["PARAMCD"], sex)
    units = records.reference.units.drop_duplicates("TESTCD").set_index("TESTCD")["STDUNIT"]
    unit = rows["PARAMCD"].map(units)
    names = rows["PARAMCD"].map(lambda code: trial.vital_signs.labels.get(code, code))
    low, high = limits["low"], limits["high"]
    index = pd.Series("NORMAL", index=rows.index, dtype=object)
    index = index.mask((rows["AVAL"] < low).fillna(False), "LOW")
    index = index.mask((rows["AVAL"] > high).fillna(False), "HIGH")
    known = rows["AVAL"].notna() & (low.notna() | high.notna())
    return merge_subject_variables(rows, adsl, ("USUBJID", "TRT01P", "TRT01A")).assign(
        PARAM=(names + (" (" + unit + ")").fillna("")).astype(object),
        AVALU=unit,
        ANRLO=low,
        ANRHI=high,
        ANRIND=index.where(known, None),
        SRCDOM="vs",
        SRCSEQ=rows["SRCROW"],
    )
