"""Eight participants per arm of whom some left, stopped dosing, died, or are not due at month 6.

Month 3 is complete but for those who have no baseline or left before it; at month 6:

IV: IV00 left, IV01 stopped dosing and has no value, IV02 died, IV03 missed the visit, IV04 stopped
dosing and was seen all the same. IT: IT00 left, IT01 left before a month 6 that is not due yet.
CTL: CTL00 left, CTL01 is in the open window, CTL02 has no baseline.
"""

import pandas as pd
from sample_scores import make_rows, make_scores
from score_values import draw_values, make_adsl

from helpers.view import View

VISITS = {"M03": 91, "M06": 183, "M12": 365}
ANCHOR, LATER = pd.Timestamp("2021-06-01"), pd.Timestamp("2022-09-01")
STATUS = {
    "IV00": "LEFT",
    "IV01": "RECEIVED",
    "IV02": "DEAD",
    "IV03": "MISSED",
    "IT00": "LEFT",
    "IT01": "LEFT",
    "CTL00": "LEFT",
    "CTL01": "IN_WINDOW",
}
FATES = {
    "IV00": "LEFT",
    "IV01": "STOPPED",
    "IV02": "DIED",
    "IV03": "OTHER",
    "IT00": "LEFT",
    "IT01": "NOT_DUE",
    "CTL00": "LEFT",
    "CTL01": "NOT_DUE",
    "CTL02": "NOT_IMPUTABLE",
}
STOPPED = ("IV01", "IV04")


def make_participants(per_arm: int = 8) -> pd.DataFrame:
    """adsl with doses and ends of study; all doses given unless stopped."""
    adsl = make_adsl(dict.fromkeys(("IV", "IT", "CTL"), per_arm))
    who = adsl["USUBJID"]
    given = pd.Series("GIVEN", adsl.index, dtype=object)
    status = given.mask(who.isin(STOPPED), "CANCELLED").where(adsl["TRT01P"] != "CTL", None)
    gone = who.isin([name for name, one in STATUS.items() if one == "LEFT"])
    return adsl.assign(
        ONSETGR1="<=6",
        ANCHORDT=pd.Series(ANCHOR, adsl.index).mask(who == "IT01", LATER),
        D1STAT=given.where(adsl["TRT01P"] != "CTL", None),
        D2STAT=status,
        EOSSTT=pd.Series("ONGOING", adsl.index, dtype=object).mask(gone, "DISCONTINUED"),
        EOSDT=pd.Series(pd.NaT, adsl.index, dtype="datetime64[s]").mask(
            gone, ANCHOR + pd.Timedelta(days=120)
        ),
    )


def make_values(adsl: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Baseline, month 3 and month 6; nothing at month 12."""
    values = draw_values(adsl, seed).assign(M12=float("nan"))
    gone = values["USUBJID"].isin([*STATUS, *FATES])
    values["M06"] = values["M06"].mask(gone)
    values["BL"] = values["BL"].mask(values["USUBJID"] == "CTL02")
    return values


def make_visits(adsl: pd.DataFrame) -> pd.DataFrame:
    """advisit of the key form."""
    parts = []
    for visit, day in {"BL": 0, **VISITS}.items():
        status = pd.Series("RECEIVED", adsl.index, dtype=object)
        due = adsl["ANCHORDT"] + pd.Timedelta(days=day)
        if visit == "M06":
            status = adsl["USUBJID"].map(STATUS).fillna("RECEIVED")
        if visit == "M12":
            status = pd.Series("NOT_DUE", adsl.index, dtype=object)
            due = due + pd.Timedelta(days=1000)
        parts.append(
            pd.DataFrame(
                {
                    "USUBJID": adsl["USUBJID"],
                    "FORM": "NIHSS",
                    "AVISIT": visit,
                    "STATUS": status,
                    "DUEDT": due.astype("datetime64[s]"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def make_left(
    interim: str = "fin",
    values: pd.DataFrame | None = None,
    adsl: pd.DataFrame | None = None,
    visits: pd.DataFrame | None = None,
) -> View:
    """The sample in a closed view; what is given replaces its parts."""
    people = make_participants() if adsl is None else adsl
    rows = make_rows(make_values(people) if values is None else values, "NIHSSTOT", "NIHSS")
    start = rows["USUBJID"].map(people.set_index("USUBJID")["ANCHORDT"])
    days = pd.to_timedelta(rows["AVISIT"].map({"BL": 0, **VISITS}), unit="D")
    forms = make_visits(people) if visits is None else visits
    adeff = rows.assign(ADT=(start + days).astype("datetime64[s]"))
    return make_scores(interim, adsl=people, adeff=adeff, advisit=forms)
