"""Laboratory values of the small trial: every shift can be counted on a hand.

S1 and S2 (one route), S3 (the other), S5 and S6 (no dose planned); S4 is in no safety set.
"""

import pandas as pd
from view_factory import read_frame

from helpers.intake.findings import PUBLISHED

LABORATORY = read_frame("""
USUBJID PARAMCD AVISIT AVISITN ADT        AVAL ATOXGR ULNCAT ANRIND ABLFL POSTFL WORSTFL XULN
S1      ALT     BL     0       2022-01-01 30   0      .      NORMAL Y     .      .       0.75
S1      ALT     M03    1       2022-04-02 90   1      .      HIGH   .     Y      .       2.25
S1      ALT     M06    2       2022-07-02 250  3      .      HIGH   .     Y      Y       6.25
S1      BILI    M06    2       2022-07-12 50   2      .      HIGH   .     Y      Y       2.5
S1      CRP     BL     0       2022-01-01 3    .      <=1    NORMAL Y     .      .       0.6
S1      CRP     M03    1       2022-04-02 60   .      >10    HIGH   .     Y      Y       12
S2      ALT     BL     0       2022-01-20 60   1      .      HIGH   Y     .      .       1.5
S2      ALT     M03    1       2022-04-20 30   0      .      NORMAL .     Y      Y       0.75
S2      CRP     BL     0       2022-01-20 3    .      <=1    NORMAL Y     .      .       0.6
S3      ALT     M03    1       2022-12-20 130  2      .      HIGH   .     Y      Y       3.25
S4      ALT     BL     0       2022-12-20 900  4      .      HIGH   Y     .      .       22.5
S5      ALT     BL     0       2022-02-01 20   0      .      NORMAL Y     .      .       0.5
S5      ALT     M03    1       2022-05-03 20   0      .      NORMAL .     Y      Y       0.5
""").assign(
    PARAM=lambda rows: rows["PARAMCD"].map(
        {"ALT": "Alanine (U/L)", "BILI": "Bilirubin (umol/L)", "CRP": "C-reactive protein (mg/L)"}
    ),
    SUBJID=lambda rows: rows["USUBJID"],
    ANL01FL="Y",
    IMPROBFL=None,
    IMPOSSFL=None,
    HYSFL=lambda rows: rows["PARAMCD"].map({"BILI": "Y"}),
    DOSENUM=pd.array([None] * 13, dtype="Int64"),
)
LABORATORY = LABORATORY.assign(
    CHG=LABORATORY["AVAL"]
    - LABORATORY.merge(
        LABORATORY[LABORATORY["ABLFL"] == "Y"], on=["USUBJID", "PARAMCD"], how="left"
    )["AVAL_y"],
    OBSVAL=LABORATORY["AVAL"],
    ADTM=LABORATORY["ADT"],
)


def make_finding(subject: str, key: str, check: str, table: str = "lb") -> pd.DataFrame:
    """One finding about the value that a key names."""
    known = {"id": check, "severity": "W", "table": table, "SUBJID": subject, "key": key}
    return pd.DataFrame([{name: known.get(name, "") for name in PUBLISHED}])
