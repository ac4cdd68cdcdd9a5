"""Eight persons of a small trial, written out: every count of the conduct displays fits on a hand.

S1 and S2 got one route, S3 the other, S4 was randomised to it and never dosed; S5 and S6 have no
dose planned; S7 failed at screening, S8 is still in it. Cut-off 31 Dec 2022.
"""

import pandas as pd
from view_factory import make_view, read_frame

from helpers.view import View

PERSONS = read_frame("""
USUBJID  ENRFL  ITTFL  SAFFL  PPFL  TRT01P  TRT01A  SCRFFL  SCRFREAS  AGE  SEX  AGEGR1
S1       Y      Y      Y      Y     IV      IV      N       .         50   F    40-54
S2       Y      Y      Y      N     IV      IV      N       .         60   M    55-64
S3       Y      Y      Y      Y     IT      IT      N       .         70   F    65-75
S4       Y      Y      N      N     IT      .       N       .         54   M    40-54
S5       Y      Y      Y      Y     CTL     CTL     N       .         64   M    55-64
S6       Y      Y      Y      N     CTL     CTL     N       .         75   F    65-75
S7       Y      N      N      N     .       .       Y       IN05      66   M    65-75
S8       Y      N      N      N     .       .       N       .         44   F    40-54
""")
DATES = read_frame("""
USUBJID  RFICDT      RANDDT      RANDMON  TRTSDTM     EXITDT      TIMEONST  DTHFL
S1       2021-12-01  2022-01-01  2022-01  2022-01-03  2022-12-31  365       .
S2       2022-01-05  2022-01-20  2022-01  2022-01-22  2022-04-29  100       .
S3       2022-02-01  2022-11-01  2022-11  2022-11-03  2022-12-31  61        .
S4       2022-12-01  2022-12-20  2022-12  .           2022-12-31  12        .
S5       2022-01-10  2022-02-01  2022-02  .           2022-12-31  334       .
S6       2022-02-10  2022-03-01  2022-03  .           2022-03-31  31        Y
S7       2022-03-01  .           .        .           .           .         .
S8       2022-12-20  .           .        .           .           .         .
""")
ENDS = read_frame("""
USUBJID  EOSSTT        EOSREAS            EOTSTT        EOTREAS
S1       COMPLETED     .                  COMPLETED     .
S2       DISCONTINUED  LOST_TO_FOLLOW_UP  DISCONTINUED  WITHDRAWAL_BY_SUBJECT
S3       ONGOING       .                  .             .
S4       ONGOING       .                  .             .
S5       ONGOING       .                  .             .
S6       DISCONTINUED  DEATH              .             .
S7       .             .                  .             .
S8       .             .                  .             .
""")
DOSES = read_frame("""
USUBJID  D1STAT   D2STAT     DOSES
S1       GIVEN    GIVEN      2
S2       GIVEN    CANCELLED  1
S3       GIVEN    NOT_DUE    1
S4       PENDING  .          0
S5       .        .          0
S6       .        .          0
S7       .        .          .
S8       .        .          .
""")
ADSL = (
    PERSONS.merge(DATES, on="USUBJID")
    .merge(ENDS, on="USUBJID")
    .merge(DOSES, on="USUBJID")
    .assign(
        SUBJID=lambda rows: rows["USUBJID"],
        RANDPYRS=lambda rows: rows["TIMEONST"] / 365.25,
        EXPYRS=lambda rows: rows["RANDPYRS"],
        ANCHORDT=lambda rows: rows["TRTSDTM"].fillna(rows["RANDDT"]),
    )
)
CLOSED_ONLY = [
    *("SAFFL", "PPFL", "TRT01P", "TRT01A", "EOTSTT", "EOTREAS", "D1STAT", "D2STAT", "DOSES"),
    *("TRTSDTM", "EXPYRS"),
]
ADEX = pd.concat(
    [
        read_frame("""
USUBJID  DOSENUM  EXOCCUR  EXREASND          GIVENFL  ASTDTM      INTDAYS  ADJ          LOT
S1       1        Y        .                 Y        2022-01-03  .        NONE         L1
S1       2        Y        .                 Y        2022-04-04  91       INTERRUPTED  L2
S2       1        Y        .                 Y        2022-01-22  .        NONE         L1
S2       2        N        person__declined  .        .           .        .            .
S3       1        Y        .                 Y        2022-11-03  .        NONE         L3
"""),
        read_frame("""
CELLS  CELLKG  PCTPLAN  DURMIN  INRANGFL
90.0   1.5     100.0    30      Y
54.0   0.9     60.0     40      .
96.0   1.6     107.0    50      Y
.      .       .        .       .
75.0   1.5     100.0    10      Y
"""),
        read_frame("""
DOSEORD  ROUTE        ROUTECAT
1        INTRAVENOUS  ALLOCATED
2        INTRAVENOUS  ALLOCATED
1        INTRAVENOUS  ALLOCATED
.        .            .
1        INTRATHECAL  ALLOCATED
"""),
    ],
    axis=1,
)
ADAE = read_frame("""
USUBJID SUBJID AESEQ AEDECOD   ASERFL AFTRANFL TRTEMFL FATALFL RELFL SEVTOXFL
S1      S1     1     Seizure   Y      Y        Y       .       Y     Y
S1      S1     2     Fall      Y      Y        Y       .       .     .
S2      S2     1     Headache  .      Y        Y       .       .     .
S6      S6     1     Pneumonia Y      Y        Y       Y       .     .
S7      S7     1     Fall      Y      .        .       .       .     .
""")
ADSTOP = read_frame("""
USUBJID SUBJID TRT01A EVALDT     STOPDT     SRCSEQ
S1      S1     IV     2022-01-04 2022-01-04 1
S2      S2     IV     2022-01-29 .          .
S3      S3     IT     2022-11-10 .          .
""")
NO_LOT = pd.DataFrame(columns=["LOT", "LOTSTAT", "LOTDT"])
NO_TRIGGER = pd.DataFrame(
    columns=["TRIGGER", "TRT01A", "USUBJID", "SUBJID", "ADT", "TERM", "METFL", "SRCSEQ"]
)
EARLIER = read_frame("""
INTERIM SEQUENCE CUTDT
IA1     1        2022-02-20
IA2     2        2022-07-31
""")
PREVIOUS = read_frame("""
INTERIM            CUTDT      KIND       USUBJID SEQ
Interim__analysis__2 2022-07-31 RANDOMISED S1      .
Interim__analysis__2 2022-07-31 RANDOMISED S2      .
Interim__analysis__2 2022-07-31 RANDOMISED S5      .
Interim__analysis__2 2022-07-31 RANDOMISED S6      .
Interim__analysis__2 2022-07-31 DOSE       S1      1
Interim__analysis__2 2022-07-31 DOSE       S1      2
Interim__analysis__2 2022-07-31 DOSE       S2      1
Interim__analysis__2 2022-07-31 SAE        S6      1
Interim__analysis__2 2022-07-31 DEATH      S6      .
""")
STATUSES = {  # per person: baseline, month 3, month 6, month 12
    "S1": ("RECEIVED", "RECEIVED", "RECEIVED", "IN_WINDOW"),
    "S2": ("RECEIVED", "MISSED", "LEFT", "LEFT"),
    "S3": ("RECEIVED", "NOT_DUE", "NOT_DUE", "NOT_DUE"),
    "S4": ("MISSED", "NOT_DUE", "NOT_DUE", "NOT_DUE"),
    "S5": ("RECEIVED", "RECEIVED", "MISSED", "NOT_DUE"),
    "S6": ("RECEIVED", "DEAD", "DEAD", "DEAD"),
}
COUNTS = pd.DataFrame(
    {
        "table": ["dm", "ae"],
        "received": [9, 20],
        "deleted": [0, 1],
        "entered_later": [0, 2],
        "duplicates": [1, 0],
        "excluded": [0, 1],
        "after_cutoff": [0, 4],
        "kept": [8, 12],
        "last_entry": pd.to_datetime(["2022-12-21 10:00", "2023-01-05 09:30"]),
        "median_lag": pd.array([2.0, None], dtype="Float64"),
    }
)


def make_visits(view: View) -> pd.DataFrame:
    """Every form of the trial at every visit with the status above."""
    return pd.DataFrame(
        [
            (person, form, visit, status)
            for person, statuses in STATUSES.items()
            for form in view.trial.forms
            for visit, status in zip(view.trial.visit_codes, statuses, strict=True)
        ],
        columns=["USUBJID", "FORM", "AVISIT", "STATUS"],
    )


def make_sample(audience: str = "closed_unmasked", interim: str = "ia3", **frames: object) -> View:
    """The sample as an audience sees it; `frames` replace its data sets, None takes one out."""
    closed = audience != "open"
    adsl = ADSL if closed else ADSL.drop(columns=CLOSED_ONLY).assign(ANCHORDT=ADSL["RANDDT"])
    hidden = ["SUBJID", "AEDECOD", "TRTEMFL", "RELFL", "SEVTOXFL"]
    adae = ADAE if closed else ADAE.drop(columns=hidden)
    previous = PREVIOUS if closed else PREVIOUS[PREVIOUS["KIND"] != "DOSE"]
    given = {"adsl": adsl, "adae": adae, "previous": previous, "counts": COUNTS}
    if closed:
        given |= {"adex": ADEX, "adstop": ADSTOP, "adpause": NO_TRIGGER}
        given |= {"adlot": NO_LOT, "earlier_reports": EARLIER}
    empty = make_view(audience, interim)
    frames = {**given, "advisit": make_visits(empty), **frames}
    kept = {name: frame for name, frame in frames.items() if frame is not None}
    return make_view(audience, interim, **kept)


def make_empty(audience: str = "closed_unmasked") -> View:
    """The same trial before anybody consented."""
    sample = make_sample(audience)
    return make_sample(audience, **{name: rows.iloc[:0] for name, rows in sample.datasets.items()})


def without_arm(code: str) -> View:
    """The closed sample in which nobody was randomised to one arm."""
    kept = ADSL[(ADSL["TRT01P"] != code) | (ADSL["ITTFL"] != "Y")]
    people = set(kept["USUBJID"])
    sample = make_sample()
    frames = {
        name: rows[rows["USUBJID"].isin(people)].reset_index(drop=True)
        for name, rows in sample.datasets.items()
        if "USUBJID" in rows
    }
    return make_sample(**frames)
