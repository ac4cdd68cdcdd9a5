"""The ten participants of `sample_response` with adverse events, by the planned day of month 6.

A responds; B has a serious event; D died; H has a serious event on the planned day itself. Without
effect: A's serious event after that day, C's before randomisation, that of J, who was not due.
"""

import pandas as pd
from sample_response import make_forms, make_response
from view_factory import read_frame

from helpers.view import View

PLANNED = pd.Timestamp("2022-06-30")
EVENTS = read_frame("""
USUBJID AFTRANFL ASERFL ATOXGR ASTDT
A       Y        Y      3      2022-07-01
B       Y        Y      3      2022-05-01
B       Y        .      1      2022-05-02
C       .        Y      4      2022-01-01
E       Y        .      3      2022-03-01
H       Y        Y      2      2022-06-30
J       Y        Y      4      2022-03-01
""")


def plan_forms() -> pd.DataFrame:
    """Forms with their planned day: of month 6 the one above, of others long past."""
    forms = make_forms("NIHSS", "FMA")
    day = forms["AVISIT"].map({"M06": PLANNED}).fillna(pd.Timestamp("2022-01-01"))
    return forms.assign(DUEDT=day.astype("datetime64[s]"))


def make_joint(interim: str = "ia3", **frames: pd.DataFrame) -> View:
    """The sample in a closed view; `frames` replace its data sets."""
    return make_response(interim, **{"adae": EVENTS, "advisit": plan_forms(), **frames})
