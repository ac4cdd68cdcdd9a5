"""Populations and states of participants that need more than their own rows."""

import pandas as pd

from helpers.datasets.exposure.dose_routes import ALLOCATED
from helpers.datasets.flags import yes_no
from helpers.params.interim import Interim
from helpers.params.trial import Trial


def find_key_form(trial: Trial, interim: Interim) -> str:
    """Form of the key score; without one, the trial's first form."""
    if interim.key_param is None:
        return next(iter(trial.forms))
    return trial.scores[interim.key_param].form


def derive_visit_status(
    adsl: pd.DataFrame, advisit: pd.DataFrame, trial: Trial, interim: Interim
) -> pd.DataFrame:
    """`<visit>STAT` for each visit after baseline: the status of the key form there."""
    rows = advisit[advisit["FORM"] == find_key_form(trial, interim)]
    status = {
        f"{visit.code}STAT": adsl["USUBJID"]
        .map(rows[rows["AVISIT"] == visit.code].set_index("USUBJID")["STATUS"])
        .astype(object)
        for visit in trial.visits
    }
    return adsl.assign(**status)


def derive_efficacy_population(
    adsl: pd.DataFrame, adeff: pd.DataFrame, interim: Interim
) -> pd.DataFrame:
    """EFFFL: randomised, with a baseline and a later value of the key score."""
    later = (adeff["PARAMCD"] == interim.key_param) & (adeff["ANL01FL"] == "Y")
    changed = adeff.loc[later & (adeff["ABLFL"] != "Y") & adeff["CHG"].notna(), "USUBJID"]
    return adsl.assign(EFFFL=yes_no((adsl["ITTFL"] == "Y") & adsl["USUBJID"].isin(changed)))


def derive_per_protocol(
    adsl: pd.DataFrame,
    adex: pd.DataFrame,
    addv: pd.DataFrame,
    advisit: pd.DataFrame,
    trial: Trial,
    interim: Interim,
) -> pd.DataFrame:
    """PPFL: safety population without an excluding deviation, every due obligation met.

    Due are administrations given, cancelled, or not given when their window has closed, and visits
    received or missed; death and leaving end what is owed. At an interim the set is provisional.
    """
    excluded = set(addv.loc[addv["DVPP"] == "Y", "USUBJID"])
    excluded |= find_failed_doses(adsl, adex, trial)
    excluded |= find_failed_visits(advisit, trial, interim)
    as_planned = adsl["TRT01P"] == adsl["TRT01A"]
    kept = (adsl["SAFFL"] == "Y") & as_planned & ~adsl["USUBJID"].isin(excluded)
    return adsl.assign(PPFL=yes_no(kept))


def find_failed_doses(adsl: pd.DataFrame, adex: pd.DataFrame, trial: Trial) -> set[str]:
    """Participants with an administration of another route, amount or interval, or one owed.

    One is owed where its window closed before the cut-off, death and leaving.
    """
    low, high = trial.doses.interval_days
    given = adex["GIVENFL"] == "Y"
    apart = adex["INTDAYS"].isna() | adex["INTDAYS"].between(low, high)
    right = (adex["ROUTECAT"] == ALLOCATED) & (adex["INRANGFL"] == "Y") & apart.fillna(False)
    failed = set(adex.loc[given & ~right, "USUBJID"])
    last = adex[given].groupby("USUBJID")["ASTDTM"].max().dt.normalize()
    closed = adsl["USUBJID"].map(last).fillna(adsl["RANDDT"]) + pd.Timedelta(days=high)
    stopped = adsl["EOSDT"].where(adsl["EOSSTT"] == "DISCONTINUED")
    seen = pd.concat([adsl["CUTDT"], stopped, adsl["DTHDT"]], axis=1).min(axis=1)
    for number in range(1, trial.doses.planned + 1):
        status = adsl[f"D{number}STAT"]
        overdue = status.isin(["PENDING", "LEFT"]) & (closed <= seen) & (number > 1)
        failed |= set(adsl.loc[(status == "CANCELLED") | overdue, "USUBJID"])
    return failed


def find_failed_visits(advisit: pd.DataFrame, trial: Trial, interim: Interim) -> set[str]:
    """Participants whose key form is missing at a visit or was filled in outside its window."""
    rows = advisit[advisit["FORM"] == find_key_form(trial, interim)]
    rows = rows[rows["AVISIT"].isin([visit.code for visit in trial.visits])]
    received = rows["STATUS"] == "RECEIVED"
    inside = (rows["ADT"] >= rows["WINLO"]) & (rows["ADT"] <= rows["WINHI"])
    failed = (rows["STATUS"] == "MISSED") | (received & ~inside)
    return set(rows.loc[failed, "USUBJID"])
