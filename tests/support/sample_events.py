"""Eight persons with nine adverse events, written out: every count fits on a hand.

P1 to P3 got one route (P3 three days before the cut-off), P4 and P5 the other, P6 was randomised to
it and never dosed; P7 and P8 have no dose planned, P8 died. Cut-off 31 Dec 2022.
"""

import pandas as pd
from view_factory import make_view, read_frame

from helpers.view import View

PERSONS = read_frame("""
USUBJID SUBJID ENRFL ITTFL SAFFL TRT01P TRT01A AGEGR1 SEX RANDDT     TRTSDTM    EXITDT
P1      101    Y     Y     Y     IV     IV     40-54  F   2022-01-01 2022-01-11 2022-12-31
P2      102    Y     Y     Y     IV     IV     55-64  M   2022-02-01 2022-02-03 2022-06-30
P3      103    Y     Y     Y     IV     IV     55-64  F   2022-12-01 2022-12-29 2022-12-31
P4      104    Y     Y     Y     IT     IT     65-75  M   2022-01-01 2022-01-03 2022-12-31
P5      105    Y     Y     Y     IT     IT     40-54  F   2022-03-01 2022-03-03 2022-12-31
P6      106    Y     Y     N     IT     .      55-64  M   2022-12-01 .          2022-12-31
P7      107    Y     Y     Y     CTL    CTL    65-75  F   2022-01-10 .          2022-12-31
P8      108    Y     Y     Y     CTL    CTL    65-75  M   2022-02-01 .          2022-03-31
""")
WAITS = read_frame("""
USUBJID WAITSTT WAITENDT   DTHFL
P1      GIVEN   2022-01-11 .
P2      GIVEN   2022-02-03 .
P3      GIVEN   2022-12-29 .
P4      GIVEN   2022-01-03 .
P5      GIVEN   2022-03-03 .
P6      PENDING 2022-12-31 .
P7      .       .          .
P8      .       .          Y
""")
ADSL = PERSONS.merge(WAITS, on="USUBJID").assign(
    RISKSTDT=PERSONS["TRTSDTM"].fillna(PERSONS["RANDDT"])
)
ADEX = read_frame("""
USUBJID DOSEORD GIVENFL ASTDTM     W24DONE W72DONE W7DDONE W30DONE
P1      1       Y       2022-01-11 Y       Y       Y       Y
P1      2       Y       2022-04-12 Y       Y       Y       Y
P2      1       Y       2022-02-03 Y       Y       Y       Y
P2      2       .       .          .       .       .       .
P3      1       Y       2022-12-29 Y       .       .       .
P4      1       Y       2022-01-03 Y       Y       Y       Y
P4      2       Y       2022-04-04 Y       Y       Y       Y
P5      1       Y       2022-03-03 Y       Y       Y       Y
""")
WHAT = read_frame("""
USUBJID AESEQ AEBODSYS   AEDECOD    ASTDT      ATOXGR ASERFL FATALFL AEPRESP
P1      1     General    Fever      2022-01-11 1      .      .       Y
P1      2     General    Fever      2022-04-13 3      Y      .       N
P2      1     Nervous    Headache   2022-02-20 2      .      .       N
P4      1     Muscles    Back__pain 2022-04-04 2      .      .       N
P5      1     Nervous    Headache   2022-03-08 .      .      .       N
P6      1     Injuries   Fall       2022-12-05 1      .      .       N
P7      1     Injuries   Fall       2022-06-01 1      .      .       N
P7      2     Injuries   Fall       2022-01-05 2      .      .       N
P8      1     Infections Pneumonia  2022-03-25 5      Y      Y       N
""")
CODES = read_frame("""
AEACN            AESICAT
NONE             FEVER_CHILLS
NONE             FEVER_CHILLS
NONE             HEADACHE
DOSE_INTERRUPTED .
NONE             HEADACHE
NOT_APPLICABLE   .
NOT_APPLICABLE   .
NOT_APPLICABLE   .
NOT_APPLICABLE   INFECTION_SYSTEMIC
""")
FLAGS = read_frame("""
AFTRANFL BTWNFL TRTEMFL RELPRODFL RELPROCFL RELFL DISCFL AALISTFL DOSEREF W24FL W72FL W7DFL W30FL
Y        .      Y       Y         .         Y     .      Y        1       Y     Y     Y     Y
Y        .      Y       Y         .         Y     .      Y        2       .     Y     Y     Y
Y        .      Y       .         .         .     Y      Y        1       .     .     .     Y
Y        .      Y       .         Y         Y     .      .        2       Y     Y     Y     Y
Y        .      Y       .         .         .     .      Y        1       .     .     Y     Y
Y        Y      .       .         .         .     .      .        .       .     .     .     .
Y        .      Y       .         .         .     .      .        .       .     .     .     .
.        .      .       .         .         .     .      .        .       .     .     .     .
Y        .      Y       .         .         .     .      .        .       .     .     .     .
""")
ADAE = pd.concat([WHAT, CODES, FLAGS], axis=1).assign(
    NODOSEFL=None, WAITSTT=WHAT["USUBJID"].map(WAITS.set_index("USUBJID")["WAITSTT"])
)
CLOSED_PERSONS = ["SAFFL", "TRT01P", "TRT01A", "TRTSDTM", "WAITSTT", "WAITENDT"]
OPEN_EVENTS = ["USUBJID", "AESEQ", "AEBODSYS", "ASTDT", "ATOXGR", "ASERFL", "FATALFL", "AFTRANFL"]


def make_events(audience: str = "closed_unmasked", interim: str = "ia3", **frames: object) -> View:
    """The sample as an audience sees it; `frames` replace its data sets."""
    if audience == "open":
        given = {"adsl": ADSL.drop(columns=CLOSED_PERSONS), "adae": ADAE[OPEN_EVENTS]}
    else:
        given = {"adsl": ADSL, "adae": ADAE, "adex": ADEX}
    return make_view(audience, interim, **{**given, **frames})


def without_events(audience: str = "closed_unmasked") -> View:
    """The same persons, none with an event."""
    full = make_events(audience)
    return make_events(audience, adae=full["adae"].iloc[:0])


def without_arm(code: str) -> View:
    """The sample in which nobody was randomised to an arm."""
    kept = set(ADSL.loc[ADSL["TRT01P"] != code, "USUBJID"])
    frames = {"adsl": ADSL, "adae": ADAE, "adex": ADEX}
    return make_events(
        **{n: f[f["USUBJID"].isin(kept)].reset_index(drop=True) for n, f in frames.items()}
    )


def without_doses() -> View:
    """The sample in which nobody was dosed."""
    adsl = ADSL.assign(
        TRTSDTM=pd.NaT,
        RISKSTDT=ADSL["RANDDT"],
        TRT01A=ADSL["TRT01P"].where(ADSL["TRT01P"] == "CTL", None),
        SAFFL=(ADSL["TRT01P"] == "CTL").map({True: "Y", False: "N"}),
    )
    adsl["TRTSDTM"] = adsl["TRTSDTM"].astype("datetime64[s]")
    adsl = adsl.assign(
        WAITSTT=adsl["WAITSTT"].replace("GIVEN", "PENDING"),
        WAITENDT=adsl["EXITDT"].where(adsl["WAITSTT"].notna()),
    )
    return make_events(adsl=adsl, adex=ADEX.iloc[:0])


def without_persons(audience: str = "closed_unmasked") -> View:
    """The trial before anybody consented."""
    full = make_events(audience)
    return make_events(audience, **{name: rows.iloc[:0] for name, rows in full.datasets.items()})


def with_cancelled_dose(day: str = "2022-12-10") -> View:
    """The sample in which the dose that P6 waited for was cancelled on a day."""
    cancelled = ADSL["USUBJID"] == "P6"
    adsl = ADSL.assign(
        WAITSTT=ADSL["WAITSTT"].mask(cancelled, "NEVER"),
        WAITENDT=ADSL["WAITENDT"].mask(cancelled, pd.Timestamp(day)),
    )
    own = ADAE["USUBJID"] == "P6"
    in_time = own & (ADAE["ASTDT"] <= pd.Timestamp(day))
    adae = ADAE.assign(
        BTWNFL=ADAE["BTWNFL"].mask(own, None),
        NODOSEFL=ADAE["NODOSEFL"].mask(in_time, "Y"),
        WAITSTT=ADAE["WAITSTT"].mask(own, "NEVER"),
    )
    return make_events(adsl=adsl, adae=adae)
