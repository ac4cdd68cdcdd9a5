"""Days on which a participant is known to have left, visited, been dosed, filled in a form."""

import pandas as pd

from helpers.datasets.assessments.adqs_forms import NOT_DONE, build_forms
from helpers.intake.doses import is_withheld
from helpers.intake.partial_dates import earliest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)


def find_left(records: Records, persons: pd.DataFrame) -> pd.Series:
    """First day on which a participant is known to have died or left the study before its end.

    Parameters
    ----------
    persons : participants, indexed by SUBJID.
    """
    dm = records["dm"]
    died = dm[dm["DTHFL"] == "Y"]
    deaths = pd.DataFrame({"SUBJID": died["SUBJID"], "DAY": earliest_date(died["DTHDTC"])})
    ends = _find_ends(records)
    return find_first(
        _earliest(ends[ends["DSDECOD"] != "COMPLETED"], persons), _earliest(deaths, persons)
    )


def find_completed(records: Records, persons: pd.DataFrame) -> pd.Series:
    """First day on which a participant is known to have completed the study."""
    ends = _find_ends(records)
    return _earliest(ends[ends["DSDECOD"] == "COMPLETED"], persons)


def _find_ends(records: Records) -> pd.DataFrame:
    """Records that end the study for a participant: SUBJID, DSDECOD, DAY."""
    ds = records["ds"]
    ends = ds[(ds["DSCAT"] == "DISPOSITION") & (ds["DSSCAT"] == "STUDY")]
    ends = ends[ends["DSDECOD"] != "SCREEN_FAILURE"]
    return ends[["SUBJID", "DSDECOD"]].assign(DAY=earliest_date(ends["DSSTDTC"]))


def find_visit_done(records: Records, persons: pd.DataFrame, trial: Trial, visit: str) -> pd.Series:
    """First day on which a visit was done, said not to be, or its protocol window had closed."""
    window = next(known.protocol for known in trial.visits if known.code == visit)
    closed = persons["ANCHORDT"] + (window[1] + 1) * DAY
    said = (_earliest(_find_said(records, visit, how), persons) for how in ("DONE", NOT_DONE))
    return find_first(closed, *said)


def find_dose_resolved(
    records: Records,
    persons: pd.DataFrame,
    given: pd.DataFrame,
    trial: Trial,
    number: int,
    days: int,
) -> pd.Series:
    """First day `days` after a dose, or on which it was known not to be given.

    Participants of an arm without doses have nothing to wait for.

    Parameters
    ----------
    given : administrations in the order of time, of participants who have any.
    number : which of a participant's doses.
    """
    doses = given.assign(ORDER=given.groupby("SUBJID").cumcount() + 1)
    nth = doses[doses["ORDER"] == number]
    over = pd.DataFrame({"SUBJID": nth["SUBJID"], "DAY": nth["ASTDTM"].dt.normalize() + days * DAY})
    ex = records["ex"]
    # a first dose that was never given settles the later ones too
    missed = (ex["DOSENUM"] == number) | (
        (ex["DOSENUM"] < number) & ~ex["SUBJID"].isin(given["SUBJID"])
    )
    cancelled = ex[is_withheld(ex) & missed.fillna(False).astype(bool)]
    dates = earliest_date(cancelled["EXSTDTC"]).fillna(earliest_date(cancelled["ENTRYDTC"]))
    settled = pd.DataFrame({"SUBJID": cancelled["SUBJID"], "DAY": dates})
    day = find_first(_earliest(over, persons), _earliest(settled, persons))
    active = persons["TRT01P"].isin([arm.code for arm in trial.active_arms])
    return day.where(active, persons["RANDDT"])


def find_form_states(
    records: Records, persons: pd.DataFrame, trial: Trial, visit: str, form: str | None
) -> pd.DataFrame:
    """RECEIVED and FINAL by SUBJID: the days from which a form at a visit has that state.

    FINAL: the form was received, or cannot come any more because the participant died or left
    before the protocol window closed, completed the study, the visit was said not to be done, or
    the window has closed. Without `form`, all forms due at the visit must have the state.
    """
    due = [code for code, declared in trial.forms.items() if visit in declared.visits]
    wanted = due if form is None else [form]
    adsl = persons.reset_index(drop=True).assign(USUBJID=persons["SUBJID"].to_numpy())
    forms = build_forms(records, adsl, trial)
    forms = forms[forms["RECEIVED"] & (forms["AVISIT"] == visit)]
    window = next(known.protocol for known in trial.visits if known.code == visit)
    last = persons["ANCHORDT"] + window[1] * DAY
    left, ended = find_left(records, persons), find_completed(records, persons)
    not_done = _find_said(records, visit, NOT_DONE)
    done = set(_find_said(records, visit, "DONE")["SUBJID"])
    missed = _earliest(not_done[~not_done["SUBJID"].isin(done)], persons)
    gone = find_first(left.where(left < last), ended, missed, last + DAY)
    received, final = {}, {}
    for code in wanted:
        own = forms[forms["FORM"] == code].rename(columns={"ADT": "DAY"})
        received[code] = _earliest(own[["SUBJID", "DAY"]], persons)
        final[code] = find_first(received[code], gone)
    return pd.DataFrame(
        {"RECEIVED": find_last(*received.values()), "FINAL": find_last(*final.values())}
    )


def find_first(*days: pd.Series) -> pd.Series:
    """Earliest of several days, participant by participant; the unknown ones do not count."""
    earliest: pd.Series = pd.concat(days, axis=1).min(axis=1).astype("datetime64[s]")
    return earliest


def find_last(*days: pd.Series) -> pd.Series:
    """Latest of several days, participant by participant; unknown where one of them is."""
    table = pd.concat(days, axis=1)
    latest: pd.Series = table.max(axis=1).where(table.notna().all(axis=1))
    return latest.astype("datetime64[s]")


def _find_said(records: Records, visit: str, status: str) -> pd.DataFrame:
    """SUBJID and DAY of visit records; one that says not done and no day counts when entered."""
    sv = records["sv"]
    rows = sv[(sv["VISIT"] == visit) & (sv["SVSTAT"] == status)]
    day = earliest_date(rows["SVSTDTC"])
    if status == NOT_DONE:
        day = day.fillna(earliest_date(rows["ENTRYDTC"]))
    return pd.DataFrame({"SUBJID": rows["SUBJID"], "DAY": day})


def _earliest(known: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    day: pd.Series = known.groupby("SUBJID")["DAY"].min().astype("datetime64[s]")
    return day.reindex(persons.index)
