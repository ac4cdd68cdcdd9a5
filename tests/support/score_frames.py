"""Small frames for visits and scores, written out by hand."""

from pathlib import Path

import pandas as pd

from helpers.params import load_trial

TRIAL = load_trial(Path(__file__).parents[1] / "trial" / "params")
ANCHOR = pd.Timestamp("2022-01-10")


def days(*offsets):
    """Days after the anchor."""
    return pd.Series([ANCHOR + pd.Timedelta(days=n) for n in offsets], dtype="datetime64[s]")


def persons(**values):
    """One person per value: SUBJID 1, 2, ...; anchor 2022-01-10 and no dose unless said."""
    count = max((len(v) for v in values.values()), default=1)
    frame = pd.DataFrame({"SUBJID": [str(n) for n in range(1, count + 1)]})
    frame["USUBJID"] = "T-" + frame["SUBJID"]
    for name in ("TRTSDTM", "TRT2DTM"):
        frame[name] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    frame["RANDDT"] = frame["ANCHORDT"] = ANCHOR
    for name, column in values.items():
        frame[name] = column
        if name.endswith(("DT", "DTM")):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.astype({"RANDDT": "datetime64[s]", "ANCHORDT": "datetime64[s]"})


def values(*rows):
    """Dated values of person 1: (offset or text, value); a text with a time sets ADTM."""
    frame = pd.DataFrame({"SUBJID": "1", "PARAMCD": "X", "AVAL": [value for _, value in rows]})
    moments = [
        ANCHOR + pd.Timedelta(days=when) if isinstance(when, int) else pd.Timestamp(when)
        for when, _ in rows
    ]
    timed = [isinstance(when, str) and "T" in when for when, _ in rows]
    frame["ADT"] = pd.Series(moments, dtype="datetime64[s]").dt.normalize()
    frame["ADTM"] = pd.Series(moments, dtype="datetime64[s]").where(pd.Series(timed))
    return frame


def ends(day="2022-01-10", moment=None):
    """Until when a value of person 1 is a baseline value."""
    return pd.DataFrame(
        {
            "BASEDT": pd.Series([pd.Timestamp(day)], dtype="datetime64[s]"),
            "BASEDTM": pd.Series([pd.Timestamp(moment)], dtype="datetime64[s]"),
        }
    ).set_axis(["1"])
