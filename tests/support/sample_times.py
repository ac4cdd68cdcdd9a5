"""Times to the first events of the eight participants of `sample_events`, counted by hand.

Days from randomisation, the day itself is day 1. Of P1 (1 Jan): fever 11 Jan, serious and grade 3
13 Apr; P2 (1 Feb): headache 20 Feb, left 30 Jun; P3 (1 Dec): nothing; P4 (1 Jan): related back pain
4 Apr; P5 (1 Mar): headache 8 Mar; P7 (10 Jan): fall 1 Jun; P8 (1 Feb): pneumonia 25 Mar,
died 31 Mar.
"""

import pandas as pd
from sample_events import ADSL, make_events
from view_factory import read_frame

from helpers.view import View

DAYS = read_frame("""
USUBJID TTFAE TTFSAE TTF3 TTFAESI TTREL TTAESI.HEADACHE TTAESI.FEVER_CHILLS
P1      11    103    103  11      11    365             11
P2      20    150    150  20      150   20              150
P3      31    31     31   31      31    31              31
P4      94    365    365  365     94    365             365
P5      8     306    306  8       306   8               306
P6      12    12     12   12      .     12              12
P7      143   356    356  356     .     356             356
P8      53    53     53   53      .     59              59
""")
STATES = read_frame("""
USUBJID TTFAE TTFSAE TTF3 TTFAESI TTREL TTAESI.HEADACHE TTAESI.FEVER_CHILLS
P1      0     0      0    0       0     1               0
P2      0     1      1    0       1     0               1
P3      1     1      1    1       1     1               1
P4      0     1      1    1       0     1               1
P5      0     1      1    0       1     0               1
P6      1     1      1    1       .     1               1
P7      0     1      1    1       .     1               1
P8      0     0      0    0       .     2               2
""")
LABELS = {"TTFAE": "First adverse event", "TTFSAE": "First serious adverse event"}


def make_adtte() -> pd.DataFrame:
    """adtte of the sample: one row per participant and parameter."""
    days, states = (
        frame.melt("USUBJID", var_name="PARAMCD", value_name=name).dropna()
        for frame, name in ((DAYS, "AVAL"), (STATES, "CNSR"))
    )
    rows = days.merge(states, on=["USUBJID", "PARAMCD"])
    return rows.assign(PARAM=rows["PARAMCD"].map(LABELS).fillna(rows["PARAMCD"]))


def make_times(**frames: object) -> View:
    """The closed sample of events with its times; `frames` replace its data sets."""
    return make_events(**{"adtte": make_adtte(), **frames})


def among(view: View) -> View:
    """A variant of `sample_events` with the times of its participants."""
    rows = make_adtte()
    kept = rows[rows["USUBJID"].isin(view["adsl"]["USUBJID"])]
    return make_times(**{**view.datasets, "adtte": kept.reset_index(drop=True)})


def all_dead() -> View:
    """The sample in which everybody died on the day after the first event or the last day."""
    rows = make_adtte()
    return make_times(
        adsl=ADSL.assign(DTHFL="Y"), adtte=rows.assign(CNSR=rows["CNSR"].replace({1: 2}))
    )
