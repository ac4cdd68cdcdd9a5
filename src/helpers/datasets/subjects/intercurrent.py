"""Intercurrent events: what happened to a participant that an estimand must have an answer to.

Values after an event stay in the data, with a flag; what is done with them is the estimand's
decision.
"""

import pandas as pd

from helpers.datasets.flags import flag
from helpers.datasets.subjects.anchor import build_doses
from helpers.datasets.subjects.merge import take_subject_variable
from helpers.intake.doses import is_withheld
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.intake.records import Records
from helpers.params.trial import Medication, Programme, Trial

COLUMNS = ("SUBJID", "ICE", "ICEDT", "FORM")
DEATH, WRONG_ROUTE, UNMASKED = "DEATH", "WRONG_ROUTE", "RATER_UNMASKED"
DAY = pd.Timedelta(days=1)


def build_intercurrent(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Intercurrent events after the anchor: SUBJID, ICE, ICEDT and FORM (empty: every form).

    A dose that was not given counts from the day on which it was due.
    """
    parts = [
        _deaths(adsl),
        *(_of_doses(records, adsl, trial) if records.has("ex", "EXSTDTC") else ()),
        _events(records, adsl, trial),
        *(_medication(records, name, rule) for name, rule in trial.intercurrent.medication.items()),
        *(_programmes(records, name, rule) for name, rule in trial.intercurrent.programmes.items()),
    ]
    rows = [part for part in parts if not part.empty]
    if not rows:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS}).assign(
            ICEDT=pd.Series(dtype="datetime64[s]")
        )
    events = pd.concat(rows, ignore_index=True)
    persons = adsl.set_index("SUBJID")
    anchor = persons["ANCHORDT"].reindex(events["SUBJID"]).set_axis(events.index)
    # known to the month only: the later part of it may be after the anchor
    begun = events["ICEDT"].where(~(events["ICEDT"] < anchor), anchor)
    events = events.assign(ICEDT=begun.astype("datetime64[s]"))
    events = events[events["LATEST"] >= anchor]
    order = ["SUBJID", "ICEDT", "ICE", "FORM"]
    return events[list(COLUMNS)].sort_values(order, kind="stable").reset_index(drop=True)


def derive_intercurrent(rows: pd.DataFrame, events: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """ICEFL and ICEREAS: values dated after an event, and the names of the events before them.

    A rating after baseline by somebody who knew the arm is an event of that form alone.
    """
    keyed = rows[["SUBJID", "FORM", "ADT", "OFFSET"]].assign(ROW=rows.index)
    pairs = keyed.merge(events, on="SUBJID", suffixes=("", "_OF"))
    fits = pairs["FORM_OF"].isna() | (pairs["FORM_OF"] == pairs["FORM"])
    pairs = pairs[fits & (pairs["ADT"] > pairs["ICEDT"])][["ROW", "ICE"]]
    late = rows["AVISIT"] != trial.baseline.code
    unmasked = rows.index[(rows["EVALBL"] == "N") & late]
    both = pd.concat([pairs, pd.DataFrame({"ROW": unmasked, "ICE": UNMASKED})], ignore_index=True)
    both = both.drop_duplicates().sort_values(["ROW", "ICE"], kind="stable")
    reasons = both.groupby("ROW")["ICE"].agg(" ".join).astype(object)
    found = reasons.reindex(rows.index)
    return rows.assign(ICEFL=flag(found.notna()), ICEREAS=found.where(found.notna(), None))


def _frame(
    subject: pd.Series, name: str | pd.Series, first: pd.Series, latest: pd.Series
) -> pd.DataFrame:
    return pd.DataFrame(
        {"SUBJID": subject, "ICE": name, "ICEDT": first, "LATEST": latest, "FORM": None}
    ).dropna(subset=["ICEDT"])


def _deaths(adsl: pd.DataFrame) -> pd.DataFrame:
    return _frame(adsl["SUBJID"], DEATH, adsl["DTHDT"], adsl["DTHDT"])


def _of_doses(records: Records, adsl: pd.DataFrame, trial: Trial) -> tuple[pd.DataFrame, ...]:
    return _missed_doses(records, adsl, trial), _wrong_routes(records, adsl, trial)


def _missed_doses(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    ex = records["ex"]
    missed = ex[is_withheld(ex) & ex["DOSENUM"].notna()]
    persons = adsl.set_index("SUBJID")
    start = persons["TRTSDTM"].dt.normalize().fillna(persons["RANDDT"])
    number = missed["DOSENUM"].astype("int64")
    due = start.reindex(missed["SUBJID"]).set_axis(missed.index)
    due = due + (number - 1) * trial.doses.target_interval * DAY
    names = "DOSE" + number.astype(str) + "_NOT_GIVEN"
    return _frame(missed["SUBJID"], names.astype(object), due, due)


def _wrong_routes(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    doses = build_doses(records)
    route = {arm.code: arm.route for arm in trial.arms}
    planned = take_subject_variable(doses, adsl, "TRT01P")
    expected = planned.map(route)
    other = planned.notna() & doses["EXROUTE"].notna() & (doses["EXROUTE"] != expected)
    day = doses.loc[other, "ASTDTM"].dt.normalize()
    return _frame(doses.loc[other, "SUBJID"], WRONG_ROUTE, day, day)


def _events(records: Records, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Adverse events of the categories that the trial names; without any date, from the anchor."""
    ae = records["ae"]
    terms = records.reference.aesi.set_index("AEDECOD")["AESICAT"]
    category = ae["AEDECOD"].map(terms)
    names = {code: name for name, codes in trial.intercurrent.events.items() for code in codes}
    rows = ae[category.isin(names)]
    anchor = take_subject_variable(rows, adsl, "ANCHORDT")
    return _frame(
        rows["SUBJID"],
        category[rows.index].map(names),
        earliest_date(rows["AESTDTC"]).fillna(anchor),
        latest_date(rows["AESTDTC"]).fillna(anchor),
    )


def _medication(records: Records, name: str, rule: Medication) -> pd.DataFrame:
    """Drugs of a category, or with one of the words in their name, for the forms they disturb."""
    cm = records["cm"]
    named = pd.Series(False, index=cm.index)
    for column in ("CMTRT", "CMDECOD"):
        if rule.words and column in cm:
            text = cm[column].astype("string")
            hit = text.str.contains("|".join(rule.words), case=False)
            named |= hit.fillna(False).astype(bool)
    rows = cm[named | (cm["CMCAT"] == rule.category)]
    starts = _frame(
        rows["SUBJID"], name, earliest_date(rows["CMSTDTC"]), latest_date(rows["CMSTDTC"])
    )
    if not rule.forms:
        return starts
    return pd.concat([starts.assign(FORM=form) for form in rule.forms], ignore_index=True)


def _programmes(records: Records, name: str, rule: Programme) -> pd.DataFrame:
    """Programmes with more weekly hours than the protocol foresees, by the tolerance."""
    cm = records["cm"]
    most = rule.weekly_hours * (1 + rule.above_percent / 100)
    much = (cm["CMDOSE"] > most).fillna(False).astype(bool)
    rows = cm[(cm["CMCAT"] == rule.category) & much]
    return _frame(
        rows["SUBJID"], name, earliest_date(rows["CMSTDTC"]), latest_date(rows["CMSTDTC"])
    )
