"""Who was randomised and dosed, and the day from which each participant's days are counted."""

import pandas as pd

from helpers.intake.doses import is_given
from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial

RANDOMISED = "RANDOMIZED"


def build_randomisation(records: Records) -> pd.DataFrame:
    """SUBJID, RANDDTM, RANDDT, TRT01P of randomised participants, in the order of SUBJID.

    The restricted table says when and to what; where it may not be read, the disposition milestone
    says when, and nobody has an arm.
    """
    if records.has("rand", "ARMCD"):
        rand = records["rand"].dropna(subset=["RANDDTC"])
        rows = rand[["SUBJID", "RANDDTC", "ARMCD"]].set_axis(
            ["SUBJID", "RANDDTM", "TRT01P"], axis=1
        )
    else:
        ds = records["ds"]
        said = ds[ds["DSDECOD"] == RANDOMISED]
        rows = pd.DataFrame({"SUBJID": said["SUBJID"], "RANDDTM": earliest_date(said["DSSTDTC"])})
    rows = rows.sort_values(["SUBJID", "RANDDTM"], kind="stable").drop_duplicates("SUBJID")
    rows = rows[rows["SUBJID"].isin(records["dm"]["SUBJID"])]
    return rows.assign(RANDDT=rows["RANDDTM"].dt.normalize()).reset_index(drop=True)


def build_doses(records: Records) -> pd.DataFrame:
    """Given administrations (of `is_given`) by time: SUBJID, DOSENUM, EXROUTE, ASTDTM, ..."""
    if not records.has("ex", "EXSTDTC"):
        return pd.DataFrame(
            {
                "SUBJID": pd.Series(dtype=object),
                "DOSENUM": pd.Series(dtype="Int64"),
                "EXROUTE": pd.Series(dtype=object),
                "ASTDTM": pd.Series(dtype="datetime64[s]"),
            }
        )
    ex = records["ex"]
    given = ex[is_given(ex)].sort_values(["SUBJID", "EXSTDTC", "EXSEQ"], kind="stable")
    return given.rename(columns={"EXSTDTC": "ASTDTM", "EXENDTC": "AENDTM"}).reset_index(drop=True)


def build_anchor(records: Records, trial: Trial) -> pd.DataFrame:
    """One row per randomised participant: randomisation, doses and anchor.

    Columns: SUBJID, RANDDTM, RANDDT, TRT01P (where known), TRTSDTM, TRT2DTM, TRTEDTM, DOSES,
    ROUTE1, ANCHORDTM, ANCHORDT. The anchor is the first dose of treated participants and the
    randomisation of everybody else, or the randomisation of all (`anchor_mode: rand`).
    """
    persons = build_randomisation(records)
    doses = build_doses(records)
    doses = doses.assign(ORDER=doses.groupby("SUBJID").cumcount() + 1)
    first = doses[doses["ORDER"] == 1].set_index("SUBJID")
    second = doses[doses["ORDER"] == 2].set_index("SUBJID")
    last = doses.groupby("SUBJID")["ASTDTM"].max()
    persons = persons.assign(
        TRTSDTM=persons["SUBJID"].map(first["ASTDTM"]),
        TRT2DTM=persons["SUBJID"].map(second["ASTDTM"]),
        TRTEDTM=persons["SUBJID"].map(last),
        DOSES=persons["SUBJID"].map(doses.groupby("SUBJID").size()).fillna(0).astype("Int64"),
        ROUTE1=persons["SUBJID"].map(first["EXROUTE"]).astype(object),
    )
    for name in ("TRTSDTM", "TRT2DTM", "TRTEDTM"):
        persons[name] = persons[name].astype("datetime64[s]")
    anchor = persons["RANDDTM"]
    if trial.dates.anchor_mode == "first_dose_else_rand":
        anchor = persons["TRTSDTM"].fillna(anchor)
    return persons.assign(ANCHORDTM=anchor, ANCHORDT=anchor.dt.normalize())


def compute_study_day(date: pd.Series, anchor: pd.Series) -> pd.Series:
    """Study day: the anchor's own day is 1, the day before is -1; there is no day 0."""
    offset = (date - anchor).dt.days.astype("Int64")
    return offset.where(offset < 0, offset + 1)
