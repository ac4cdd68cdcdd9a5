"""postcut: serious events and deaths after the cut-off that the extract already holds.

They are in no count; a monitoring committee wants to have seen them.
"""

import pandas as pd

from helpers.datasets.events.adae import derive_dose_reference, derive_severity
from helpers.datasets.subjects.anchor import build_doses, compute_study_day
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.partial_dates import earliest_date, parse_datetime
from helpers.intake.records import Records

PERSON = ("USUBJID", "TRT01P", "TRT01A", "ANCHORDT")
EVENT = (
    "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESTDTC", "AEENDTC", "ATOXGR", "AEREL", "AERELPR",
    "AEOUT", "FATALFL", "SEVTOX", "DOSEREF", "DAYSINF",
)  # fmt: skip
END_OF_DAY = pd.Timedelta(hours=24) - pd.Timedelta(seconds=1)


def build_postcut(
    records: Records, adsl: pd.DataFrame, latest: pd.DataFrame, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per serious event that began, and per death, after the cut-off.

    Parameters
    ----------
    records : usable records before the data cut.
    adsl, latest : participants as known at the cut-off, and at the extract.

    Returns
    -------
    KIND (SAE, DEATH), ADT (first possible day), ADY, the participant, the event as recorded, and
    the latest dose before it, which may be after the cut-off too. LATERFL: Y in participants who
    consented after the cut-off; they are as known at the extract, all others as at the cut-off.
    """
    dm = records["dm"]
    ae = derive_severity(records["ae"], dm)
    ae = ae.assign(KIND="SAE", ADT=earliest_date(ae["AESTDTC"]))
    deaths = dm[["SUBJID"]].assign(KIND="DEATH", ADT=earliest_date(dm["DTHDTC"]))
    deaths = deaths[dm["DTHFL"] == "Y"]
    rows = pd.concat([ae[ae["ASERFL"] == "Y"], deaths], ignore_index=True)
    rows = rows[rows["ADT"] > cutoff]
    everybody = _join_later(adsl, latest)
    rows = merge_subject_variables(rows.reset_index(drop=True), everybody, (*PERSON, "LATERFL"))
    rows = rows[rows["USUBJID"].notna()].reset_index(drop=True)
    rows = rows.assign(ADY=compute_study_day(rows["ADT"], rows["ANCHORDT"]))
    rows = derive_last_dose(rows, records)
    if "AEDECOD" in rows:
        rows = rows.assign(SEVTOX=rows["AEDECOD"].map(_stopping_codes(records)))
    rows = rows.sort_values(["ADT", "USUBJID", "KIND", "AESEQ"], kind="stable")
    wanted = ["KIND", "ADT", "ADY", "SUBJID", *PERSON, "LATERFL", *EVENT]
    return rows[[name for name in wanted if name in rows]].reset_index(drop=True)


def _join_later(adsl: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """Participants known at the cut-off, then those who consented later, flagged LATERFL."""
    names = ["SUBJID", *PERSON]
    later = latest.loc[~latest["SUBJID"].isin(adsl["SUBJID"]), names]
    flags = pd.Series([None] * len(adsl) + ["Y"] * len(later), dtype=object)
    joined = pd.concat([adsl[names], later], ignore_index=True) if len(later) else adsl[names]
    return joined.reset_index(drop=True).assign(LATERFL=flags)


def derive_last_dose(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
    """DOSEREF and DAYSINF of the latest dose begun by then; a day without a time is over."""
    exact = parse_datetime(rows["AESTDTC"])
    placed = rows.assign(ASTDTM=exact.fillna(rows["ADT"] + END_OF_DAY))
    found = derive_dose_reference(placed, build_doses(records))
    return rows.assign(DOSEREF=found["DOSEREF"], DAYSINF=found["DAYSINF"])


def _stopping_codes(records: Records) -> "pd.Series[str]":
    """SEVTOX by term."""
    terms = records.reference.aesi.set_index("AEDECOD")
    codes: pd.Series[str] = terms["SEVTOX"]
    return codes
