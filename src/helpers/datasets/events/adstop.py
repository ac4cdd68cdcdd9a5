"""adstop: one row per treated participant of an active arm, as the stopping rule counts them."""

import pandas as pd

from helpers.datasets.events.adae import derive_stopping_event
from helpers.datasets.flags import flag
from helpers.params.trial import Trial

DECIDES = ("RELFL", "AESICAT", "ADMINFL", "SEVTOX", "HRSINF", "FATALFL")


def build_adstop(adsl: pd.DataFrame, adae: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Days from which a participant is evaluable and has a stopping event, in order of USUBJID.

    Returns
    -------
    USUBJID, SUBJID, TRT01A, EVALDT (first dose and the days of the rule, the event or the death,
    whichever is first; null: not evaluable yet), STOPDT (first stopping event), SRCDOM, SRCSEQ (its
    AESEQ); UNCEVLDT, UNCSTPDT: the two days if uncoded events that a term could make stopping
    events (UNCSTPFL) were such, where the events say so.
    """
    active = [arm.code for arm in trial.active_arms]
    persons = adsl[(adsl["SAFFL"] == "Y") & adsl["TRT01A"].isin(active)]
    persons = persons.sort_values("USUBJID", kind="stable").reset_index(drop=True)
    counted = adae.assign(BEFORE=_count_alive(adae, trial))
    first = _find_first_events(persons, counted)
    entered = _find_evaluable(persons, trial)
    rows = persons[["USUBJID", "SUBJID", "TRT01A"]].assign(
        **_place(persons, entered, first, ("EVALDT", "STOPDT")),
        SRCDOM="ae",
        SRCSEQ=persons["USUBJID"].map(first["AESEQ"]).astype("Int64"),
    )
    if "UNCSTPFL" not in adae:
        return rows
    possible = adae["UNCSTPFL"] == "Y"
    both = {name: flag((counted[name] == "Y") | possible) for name in ("SEVTOXFL", "BEFORE")}
    coded = _find_first_events(persons, counted.assign(**both))
    return rows.assign(**_place(persons, entered, coded, ("UNCEVLDT", "UNCSTPDT")))


def _place(
    persons: pd.DataFrame, entered: pd.Series, first: pd.DataFrame, names: tuple[str, str]
) -> dict[str, pd.Series]:
    """Day evaluable, at the latest that of the event, and day of the event, under two names."""
    event = persons["USUBJID"].map(first["STOPDT"]).astype("datetime64[s]")
    evaluable = entered.where(event.isna() | (entered <= event), event)
    return dict(zip(names, (evaluable, event), strict=True))


def _find_evaluable(persons: pd.DataFrame, trial: Trial) -> pd.Series:
    """Day on which the days of the rule have passed since the first dose, or of a death before."""
    dosed = persons["TRTSDTM"].dt.normalize()
    passed = dosed + pd.Timedelta(days=trial.stopping_event.related_days)
    died = persons["DTHDT"].fillna(persons["EXITDT"]).where(persons["DTHFL"] == "Y")
    return passed.where(persons["EXITDT"] >= passed, died).astype("datetime64[s]")


def _count_alive(adae: pd.DataFrame, trial: Trial) -> pd.Series:
    """Flag of the events that are stopping events although nobody has died of them."""
    if not set(DECIDES) <= set(adae):
        return adae["SEVTOXFL"]
    flags: pd.Series = derive_stopping_event(adae.assign(FATALFL=None), trial)["SEVTOXFL"]
    return flags


def _find_first_events(persons: pd.DataFrame, adae: pd.DataFrame) -> pd.DataFrame:
    """STOPDT and AESEQ of the first stopping event, by USUBJID; BEFORE: without the death.

    An event that counts for being fatal alone counts from the day of death: before, nobody could
    know. One without a day counts from the first dose.
    """
    events = adae[(adae["SEVTOXFL"] == "Y") & adae["USUBJID"].isin(persons["USUBJID"])]
    known = persons.set_index("USUBJID")
    death, dosed = (
        events["USUBJID"].map(known[name]).dt.normalize() for name in ("DTHDT", "TRTSDTM")
    )
    began = events["ASTDT"].fillna(dosed)
    late = (events["BEFORE"] != "Y") & (death > began)
    events = events.assign(STOPDT=began.mask(late, death))
    events = events.sort_values(["USUBJID", "STOPDT", "AESEQ"], kind="stable")
    return events.drop_duplicates("USUBJID").set_index("USUBJID")[["STOPDT", "AESEQ"]]
