"""adstop: one row per treated participant of an active arm, as the stopping rule counts them."""

import pandas as pd

from helpers.datasets.events.adae import derive_stopping_event
from helpers.params.trial import Trial

DECIDES = ("RELFL", "AESICAT", "ADMINFL", "SEVTOX", "HRSINF", "FATALFL")


def build_adstop(adsl: pd.DataFrame, adae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Days from which a participant is evaluable and has a stopping event, in order of USUBJID.

    Returns
    -------
    USUBJID, SUBJID, TRT01A, EVALDT (first dose and the days of the rule, the event or the death,
    whichever is first; null: not evaluable yet), STOPDT (first stopping event), SRCDOM, SRCSEQ (its
    AESEQ).
    """
    active = [arm.code for arm in trial.active_arms]
    persons = adsl[(adsl["SAFFL"] == "Y") & adsl["TRT01A"].isin(active)]
    persons = persons.sort_values("USUBJID", kind="stable").reset_index(drop=True)
    first = _find_first_events(persons, adae, trial)
    event = persons["USUBJID"].map(first["STOPDT"]).astype("datetime64[s]")
    entered = _find_evaluable(persons, trial)
    return persons[["USUBJID", "SUBJID", "TRT01A"]].assign(
        EVALDT=entered.where(event.isna() | (entered <= event), event),
        STOPDT=event,
        SRCDOM="ae",
        SRCSEQ=persons["USUBJID"].map(first["AESEQ"]).astype("Int64"),
    )


def _find_evaluable(persons: pd.DataFrame, trial: Trial) -> pd.Series:
    """Day on which the days of the rule have passed since the first dose, or of a death before."""
    dosed = persons["TRTSDTM"].dt.normalize()
    passed = dosed + pd.Timedelta(days=trial.stopping_event.related_days)
    died = persons["DTHDT"].fillna(persons["EXITDT"]).where(persons["DTHFL"] == "Y")
    return passed.where(persons["EXITDT"] >= passed, died).astype("datetime64[s]")


def _find_first_events(persons: pd.DataFrame, adae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """STOPDT and AESEQ of the first stopping event, by USUBJID.

    An event that counts for being fatal alone counts from the day of death: before, nobody could
    know. One without a day counts from the first dose.
    """
    events = adae.assign(BEFORE=adae["SEVTOXFL"])
    if set(DECIDES) <= set(adae):
        alive = derive_stopping_event(adae.assign(FATALFL=None), trial)
        events = events.assign(BEFORE=alive["SEVTOXFL"])
    events = events[(events["SEVTOXFL"] == "Y") & events["USUBJID"].isin(persons["USUBJID"])]
    known = persons.set_index("USUBJID")
    death, dosed = (
        events["USUBJID"].map(known[name]).dt.normalize() for name in ("DTHDT", "TRTSDTM")
    )
    began = events["ASTDT"].fillna(dosed)
    late = (events["BEFORE"] != "Y") & (death > began)
    events = events.assign(STOPDT=began.mask(late, death))
    events = events.sort_values(["USUBJID", "STOPDT", "AESEQ"], kind="stable")
    return events.drop_duplicates("USUBJID").set_index("USUBJID")[["STOPDT", "AESEQ"]]
