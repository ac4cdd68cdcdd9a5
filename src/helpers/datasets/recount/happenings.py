"""Adverse events for the second computation, from the cut raw table by plain pandas."""

import math

import pandas as pd

from helpers.datasets.recount.people import People, first_day, last_day
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial

HOUR = pd.Timedelta(hours=1)
MINUTE = pd.Timedelta(minutes=1)
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
FATAL_GRADE = 5


def read_events(records: Records, people: People, trial: Trial, interim: Interim) -> pd.DataFrame:
    """Events of randomised participants with what the counts ask of each."""
    ae = records["ae"]
    ae = ae[ae["SUBJID"].isin(people.persons.index)].reset_index(drop=True)
    ae = ae.join(people.persons, on="SUBJID")
    ae = _place_in_time(ae, people, trial)
    ae = _join_dose(ae, people.doses)
    fatal = _is_fatal(ae, records["dm"])
    serious = fatal | (ae["AESER"] == "Y")
    for name in CRITERIA:
        serious |= ae[name] == "Y" if name in ae else False
    exposed = ae["TREATED"].isin([arm.code for arm in trial.arms if arm.route is not None])
    product, procedure = (_is_related(ae, name, exposed, trial) for name in ("AEREL", "AERELPR"))
    ae = ae.assign(
        FATAL=fatal,
        SERIOUS=serious.fillna(False).astype(bool),
        PRODUCT=product,
        PROCEDURE=procedure,
        GRADE=ae["AETOXGR"].astype("Float64").fillna(0.0).astype(float),
        EMERGENT=_is_emergent(ae, trial, interim),
    )
    terms = records.reference.aesi.set_index("AEDECOD")
    ae = ae.assign(
        INTEREST=ae["AEDECOD"].map(terms["AESICAT"]).notna(),
        CODE=ae["AEDECOD"].map(terms["SEVTOX"]),
        LISTED=_is_listed(ae, terms),
    )
    return ae.assign(STOPS=_find_stopping(ae, trial, interim))


def within(ae: pd.DataFrame, hours: int) -> pd.Series:
    """Whether an event began in so many hours after its dose; in whole days without a time."""
    since = (ae["START"] - ae["BEGAN"]) / HOUR
    days = (ae["START"].dt.floor("D") - ae["BEGAN"].dt.floor("D")).dt.days
    return (since <= hours).where(ae["TIMED"], days <= math.ceil(hours / 24))


def _place_in_time(ae: pd.DataFrame, people: People, trial: Trial) -> pd.DataFrame:
    """START and TIMED; AFTER: began, or may have begun, on the day of randomisation or later."""
    dosed = people.doses[["SUBJID", "BEGAN"]]
    random = people.persons["RANDOMISED"].rename("BEGAN").reset_index()
    own = pd.concat([dosed, random[~random["SUBJID"].isin(dosed["SUBJID"])]])
    minutes = pd.Timedelta(minutes=trial.dates.after_dose_minutes)
    start = _impute(ae, own, minutes)
    from_randomisation = _impute(ae, random, MINUTE)
    after = from_randomisation.dt.floor("D") >= ae["RANDOMISED"].dt.floor("D")
    timed = ae["AESTDTC"].astype("string").str.len().fillna(0) == len("2024-03-05T14:00")
    return ae.assign(START=start, TIMED=timed.astype(bool), AFTER=after)


def _impute(ae: pd.DataFrame, begins: pd.DataFrame, minutes: pd.Timedelta) -> pd.Series:
    """The recorded moment; else after the first begin that the text can mean, else its first day.

    An imputed day is not before consent, and none is after a complete end.
    """
    text = ae["AESTDTC"].astype("string").fillna("")
    length = text.str.len()
    pairs = ae[["SUBJID"]].assign(TEXT=text, ROW=ae.index).merge(begins, on="SUBJID")
    fits = [
        moment.isoformat().startswith(known)
        for moment, known in zip(pairs["BEGAN"], pairs["TEXT"], strict=True)
    ]
    matched = pairs[fits].groupby("ROW")["BEGAN"].min() if len(pairs) else pairs["BEGAN"]
    moment = (matched.reindex(ae.index) + minutes).fillna(first_day(ae["AESTDTC"]))
    partial = length < len("2024-03-05")
    moment = moment.mask(partial & (moment < ae["CONSENT"]), ae["CONSENT"])
    end = ae["AEENDTC"].astype("string")
    ended = pd.to_datetime(end.where(end.str.len() >= len("2024-03-05")), format="ISO8601")
    ended = ended.astype("datetime64[s]")
    clocked = end.str.len().fillna(0) > len("2024-03-05")
    over = (ended < moment).where(clocked, ended < moment.dt.floor("D"))
    over &= partial | (ended.dt.floor("D") == moment.dt.floor("D"))
    moment = moment.mask(over, ended.dt.floor("D"))
    exact = pd.to_datetime(text.where(length == len("2024-03-05T14:00")), format="ISO8601")
    return exact.astype("datetime64[s]").fillna(moment)


def _join_dose(ae: pd.DataFrame, doses: pd.DataFrame) -> pd.DataFrame:
    """NUMBER, BEGAN and ROUTE of the latest dose begun by the start of each event."""
    pairs = ae[["SUBJID", "START"]].assign(ROW=ae.index).merge(doses, on="SUBJID")
    pairs = pairs[pairs["BEGAN"] <= pairs["START"]].sort_values(["ROW", "NUMBER"])
    return ae.join(pairs.groupby("ROW")[["NUMBER", "BEGAN", "ROUTE"]].last())


def _is_fatal(ae: pd.DataFrame, dm: pd.DataFrame) -> pd.Series:
    """Said so by the form, or of the grade of death and not over before the participant died."""
    died = dm[dm["DTHFL"] == "Y"].drop_duplicates("SUBJID").set_index("SUBJID")
    death = ae["SUBJID"].map(first_day(died["DTHDTC"]))
    over = last_day(ae["AEENDTC"]) < death
    named = (ae["AETOXGR"] == FATAL_GRADE) & ae["SUBJID"].isin(died.index) & ~over
    criterion = ae["AESDTH"] == "Y" if "AESDTH" in ae else False
    return (named | (ae["AEOUT"] == "FATAL") | criterion).fillna(False).astype(bool)


def _is_related(ae: pd.DataFrame, name: str, exposed: pd.Series, trial: Trial) -> pd.Series:
    """As recorded; in who got the product an opinion that is missing counts as related."""
    if name not in ae:
        return exposed & False
    return ae[name].isin(trial.adverse_events.related) | (exposed & ae[name].isna())


def _is_emergent(ae: pd.DataFrame, trial: Trial, interim: Interim) -> pd.Series:
    """Begun at the first dose or later; without a dose on the day of randomisation or later."""
    day = ae["RANDOMISED"].dt.floor("D")
    first = ae["FIRST"].fillna(day)
    begun = (ae["START"] >= ae["FIRST"]).where(
        ae["FIRST"].notna(), ae["START"].dt.floor("D") >= day
    )
    limit = trial.dates.te_end_days
    if limit is not None:
        begun &= ae["START"] <= first + pd.Timedelta(days=limit)
    counted = "TREATED" if interim.population_safety == "SAF" else "PLANNED"
    return begun & ae[counted].notna()


def _is_listed(ae: pd.DataFrame, terms: pd.DataFrame) -> pd.Series:
    """On the prespecified list for the route of the dose before."""
    routes = terms.loc[terms["AALIST"] == "Y", "ROUTES"].fillna("").astype(str).str.split()
    allowed = routes.explode()
    pairs = set(zip(allowed.index, allowed, strict=True))
    found = [pair in pairs for pair in zip(ae["AEDECOD"], ae["ROUTE"], strict=True)]
    return pd.Series(found, index=ae.index, dtype=bool)


def _find_stopping(ae: pd.DataFrame, trial: Trial, interim: Interim) -> pd.Series:
    """Whether the stopping rule counts an event."""
    rule = trial.stopping_event
    near = within(ae, 24 * rule.related_days)
    related = ae["PRODUCT"] | ae["PROCEDURE"]
    grave = ae["GRADE"] >= rule.related_grade
    counts = near & related & (grave | ae["SERIOUS"])
    counts |= ae["INTEREST"] & grave & within(ae, interim.admin_window_hours)
    counts |= related & ae["FATAL"]
    counts |= ae["CODE"].isin(rule.any_time) | (ae["CODE"].isin(rule.near_dose) & near)
    return counts & ae["EMERGENT"] & ae["NUMBER"].notna()
