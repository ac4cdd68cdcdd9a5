"""Last contacts of the participants in follow-up, and the planned visits missed since."""

import pandas as pd

from helpers.view import View

COLUMNS = ["USUBJID", "SUBJID", "TRT01P", "DAYS", "LATE", "MISSED"]


def find_contacts(view: View) -> pd.DataFrame:
    """One row per randomised participant in follow-up, by participant.

    Returns
    -------
    USUBJID, SUBJID, TRT01P, DAYS (from the last contact to the cut-off), LATE (more days than
    `dates.last_contact_days`), MISSED (every form of a visit is missed whose protocol window closed
    after the last contact).
    """
    persons = view.population("ITT")
    persons = persons[(persons["EOSSTT"] == "ONGOING") & (persons["DTHFL"] != "Y")]
    days = (view.cutoff - persons["LSTALVDT"]).dt.days.astype("Int64")
    late = (days > view.trial.dates.last_contact_days).fillna(False).astype(bool)
    rows = persons.assign(DAYS=days, LATE=late, MISSED=_has_missed(view, persons))
    return rows.sort_values("USUBJID", kind="stable")[COLUMNS].reset_index(drop=True)


def _has_missed(view: View, persons: pd.DataFrame) -> pd.Series:
    if not view.has("advisit", "WINHI"):
        return pd.Series(False, index=persons.index)
    forms = view["advisit"]
    visit = [forms["USUBJID"], forms["AVISIT"]]
    # one form of several that is missed is no missed visit
    forms = forms[(forms["STATUS"] == "MISSED").groupby(visit).transform("all")]
    last = forms["USUBJID"].map(persons.set_index("USUBJID")["LSTALVDT"])
    since = set(forms.loc[forms["WINHI"] > last, "USUBJID"])
    return persons["USUBJID"].isin(since)
