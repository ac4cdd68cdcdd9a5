"""adlb: one row per laboratory value, in standard units, with limits, grade and shift."""

import numpy as np
import pandas as pd

from helpers.checks.plausibility import IMPOSSIBLE, IMPROBABLE, classify_laboratory
from helpers.checks.units import convert_laboratory
from helpers.datasets.flags import flag
from helpers.datasets.laboratory.adlb_grades import derive_grades, grade_observed
from helpers.datasets.laboratory.adlb_hepatic import derive_hepatic
from helpers.datasets.laboratory.adlb_limits import derive_limits
from helpers.datasets.subjects.merge import merge_subject_variables, take_subject_variable
from helpers.datasets.visits.windows import (
    build_baseline_end,
    choose_rows,
    derive_assessment_date,
    derive_visits,
)
from helpers.intake.groups import number_groups
from helpers.intake.records import Records
from helpers.params.trial import Trial

COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "TRT01A", "PARAMCD", "PARAM", "LBSPEC", "VISIT", "DOSENUM",
    "AVISIT", "AVISITN", "ADT", "ADTM", "ADY", "OFFSET", "AVAL", "AVALU", "OBSVAL", "IMPROBFL",
    "IMPOSSFL", "LIMITFL", "LBORRES", "LBORRESU", "ANRLO", "ANRHI", "ANRIND", "XULN", "BASE", "CHG",
    "ABLFL", "ANL01FL", "AWTARGET", "AWTDIFF", "AFTERD2", "POSTFL", "ATOXGR", "OBSGR", "BTOXGR",
    "SHIFT", "ULNCAT", "BULNCAT", "WORSTFL", "ACOAGFL", "GR3LIM", "HYSFL", "SRCDOM", "SRCSEQ",
)  # fmt: skip
UNIT = ("SUBJID", "PARAMCD")


def build_adlb(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Laboratory values of the participants in `adsl`, ordered by participant, test and date.

    Returns
    -------
    `COLUMNS`. AVAL is in AVALU; LIMITFL is BLQ for `<x` (AVAL a declared share of x) and ALQ for
    `>x` (AVAL x). An improbable value (IMPROBFL) is used; an impossible one (IMPOSSFL), or one
    without a known unit, has no AVAL and so no part in baseline, change, visit, grade, shift and
    worst value. OBSVAL is the value as observed, impossible or not, and OBSGR its grade: what a
    listing of alarms reads. ATOXGR is 0 to 4, empty where it cannot be told. POSTFL marks values
    after baseline, WORSTFL the worst of them per participant and test, HYSFL a bilirubin that
    completes a potential Hy's law case.
    """
    rows = place_values(records, adsl, trial)
    rows = derive_limits(rows, adsl, records.reference)
    rows = derive_grades(rows, records, trial)
    rows = derive_worst(rows)
    rows = derive_hepatic(rows, trial)
    rows = rows.assign(OBSGR=grade_observed(rows, records))
    rows = merge_subject_variables(rows, adsl, ("USUBJID", "TRT01P", "TRT01A"))
    stays = {code: number for number, code in enumerate(trial.site_visits.dose_stays, start=1)}
    rows = rows.assign(
        PARAM=_label(rows, trial),
        DOSENUM=rows["VISIT"].map(stays).astype("Int64"),
        SRCDOM="lb",
        SRCSEQ=rows["SRCROW"],
    )
    order = ["USUBJID", "LBSPEC", "PARAMCD", "ADT", "ADTM"]
    rows = rows.sort_values(order, kind="stable", na_position="first")
    # who may not know the doses has no arm as treated
    return rows[[name for name in COLUMNS if name in rows]].reset_index(drop=True)


def place_values(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Values with their visit and change: SUBJID, PARAMCD, AVAL, AVISIT, ABLFL, BASE, CHG, ..."""
    rows = _read_values(records, adsl, trial)
    limits = build_baseline_end(records, adsl, trial)
    rows = derive_visits(rows, adsl, limits, trial, ["PARAMCD", "USABLE"])
    rows = choose_values(rows, trial)
    return derive_change(rows, trial)


def _read_values(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    lb = records["lb"]
    kept = lb["SUBJID"].isin(adsl["SUBJID"]) & lb["LBORRES"].notna()
    rows = convert_laboratory(lb[kept].reset_index(drop=True), records.reference)
    sex = take_subject_variable(rows, adsl, "SEX")
    level = classify_laboratory(rows, records.reference, sex)
    rows = rows.rename(columns={"LBTESTCD": "PARAMCD"})
    below, above = rows["sign"] == "<", rows["sign"] == ">"
    value = rows["value"].where(~below, rows["value"] * trial.laboratory.below_limit_share)
    flags = pd.Series(None, index=rows.index, dtype=object)
    flags = flags.mask(below, "BLQ").mask(above, "ALQ")
    rows = derive_plausibility(rows, value, level).assign(LIMITFL=flags)
    return derive_assessment_date(rows, "LBDTC", records.visit_dates)


def derive_plausibility(rows: pd.DataFrame, value: pd.Series, level: pd.Series) -> pd.DataFrame:
    """OBSVAL, IMPROBFL, IMPOSSFL, AVAL (no impossible value) and USABLE (whether AVAL is there).

    Parameters
    ----------
    value : in the standard unit, NaN where it has none.
    level : of `classify_laboratory` or `classify_vitals`.
    """
    observed = value.astype("Float64").where(value.notna())
    used = observed.mask(level == IMPOSSIBLE)
    return rows.assign(
        OBSVAL=observed,
        IMPROBFL=flag(level == IMPROBABLE),
        IMPOSSFL=flag(level == IMPOSSIBLE),
        AVAL=used,
        USABLE=used.notna(),
    )


def choose_values(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ANL01FL: the one usable value of each participant, test and visit that analyses use."""
    chosen = choose_rows(rows, rows["USABLE"], trial, ["PARAMCD"])
    return rows.assign(ANL01FL=chosen.where(rows["USABLE"], None))


def derive_change(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ABLFL, POSTFL, BASE and CHG; what has no date or no anchor is neither before nor after."""
    baseline = rows["AVISIT"] == trial.baseline.code
    chosen = baseline & (rows["ANL01FL"] == "Y") & rows["AVAL"].notna()
    post = ~baseline & rows["OFFSET"].notna()
    base = spread_baseline(rows, chosen, "AVAL")
    base = base.astype("Float64").where(base.notna())
    return rows.assign(
        ABLFL=flag(chosen),
        POSTFL=flag(post),
        BASE=base,
        CHG=(rows["AVAL"] - base).where(post),
    )


def spread_baseline(rows: pd.DataFrame, chosen: pd.Series, column: str) -> pd.Series:
    """A number of the chosen row of each participant and test, on all their rows (NaN: none)."""
    unit = number_groups(rows, UNIT)
    known = np.full(int(unit.max(initial=-1)) + 1, np.nan)
    values = rows.loc[chosen, column].to_numpy(dtype=np.float64, na_value=np.nan)
    known[unit[chosen.to_numpy()]] = values
    return pd.Series(known[unit], index=rows.index)


def derive_worst(rows: pd.DataFrame) -> pd.DataFrame:
    """WORSTFL: highest grade after baseline, else highest multiple; of equals the first."""
    post = rows[(rows["POSTFL"] == "Y") & rows["AVAL"].notna()]
    ranked = post.assign(
        GRADE=-post["ATOXGR"].astype("Float64").fillna(-1.0),
        HIGH=-post["XULN"].where(post["ATOXGR"].isna()).fillna(0.0),
    )
    ranked = ranked.sort_values(["GRADE", "HIGH", "ADT", "ADTM"], kind="stable")
    worst = ranked.index[~ranked.duplicated(list(UNIT))]
    return rows.assign(WORSTFL=flag(pd.Series(rows.index.isin(worst), index=rows.index)))


def _label(rows: pd.DataFrame, trial: Trial) -> pd.Series:
    """Name of the test with its unit."""
    pairs = rows[["PARAMCD", "AVALU"]].drop_duplicates()
    names = trial.laboratory.labels
    text = {
        (code, unit): names.get(code, code)
        + ("" if pd.isna(unit) or unit in ("ratio", "1") else f" ({unit})")
        for code, unit in pairs.itertuples(index=False)
    }
    keys = zip(rows["PARAMCD"], rows["AVALU"], strict=True)
    return pd.Series([text.get(key) for key in keys], index=rows.index, dtype=object)
