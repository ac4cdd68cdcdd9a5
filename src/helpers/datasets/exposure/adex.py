"""adex: one row per planned administration of the active arms."""

import pandas as pd

from helpers.datasets.exposure.dose_routes import derive_dose_order, derive_route_category
from helpers.datasets.exposure.other_dates import derive_other_date
from helpers.datasets.flags import flag
from helpers.datasets.subjects.follow_up import has_left
from helpers.datasets.subjects.merge import merge_subject_variables
from helpers.intake.doses import is_given, is_withheld
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial

HOUR = pd.Timedelta(hours=1)
SHARED = ("USUBJID", "TRT01P", "TRT01A", "SAFFL", "ITTFL", "EOSSTT", "DTHDT", "CUTDT")


def build_adex(
    records: Records, adsl: pd.DataFrame, trial: Trial, interim: Interim
) -> pd.DataFrame:
    """Administrations with amount, share of the plan, interval, and whether each window has ended.

    `<window>DONE` is Y where the window of a given dose has ended by the cut-off, or the
    participant died or left inside it: then what was seen is all that will be. A dose that ends
    before it starts was given, but has no DURMIN: check C09 reports it.
    """
    ex = records["ex"]
    ex = ex[ex["SUBJID"].isin(adsl["SUBJID"])]
    ex = ex.sort_values(["SUBJID", "DOSENUM", "EXSEQ"], kind="stable").reset_index(drop=True)
    ex = merge_subject_variables(ex, adsl, SHARED)
    given = is_given(ex)
    minutes = (ex["EXENDTC"] - ex["EXSTDTC"]) / HOUR * 60
    percent = 100 * ex["EXDOSE"] / ex["EXPLAN"]
    low, high = trial.doses.full_percent
    ex = ex.assign(
        GIVENFL=flag(given),
        ROUTE=ex["EXROUTE"],
        ASTDTM=ex["EXSTDTC"].where(given),
        AENDTM=ex["EXENDTC"].where(given),
        DURMIN=minutes.where(given & (minutes >= 0)).astype("Float64"),
        CELLS=ex["EXDOSE"].where(given),
        CELLKG=(ex["EXDOSE"] / ex["EXWT"]).where(given),
        PCTPLAN=percent.where(given),
        FULLFL=flag(given & (percent >= low)),
        INRANGFL=flag(given & (percent >= low) & (percent <= high)),
        LOT=ex["EXLOT"],
        ADJ=ex["EXADJ"],
    )
    ex = derive_route_category(derive_dose_order(derive_interval(ex)), trial)
    ex = derive_window_ends(ex, adsl, interim)
    ex = derive_other_date(ex, records, trial)
    return ex.assign(SRCDOM="ex", SRCSEQ=ex["EXSEQ"])


def derive_interval(ex: pd.DataFrame) -> pd.DataFrame:
    """INTDAYS: days from the participant's former given dose."""
    given = ex[ex["GIVENFL"] == "Y"].sort_values(["SUBJID", "ASTDTM"], kind="stable")
    day = given["ASTDTM"].dt.normalize()
    days = (day - day.groupby(given["SUBJID"]).shift()).dt.days
    return ex.assign(INTDAYS=days.astype("Int64").reindex(ex.index))


def derive_window_ends(ex: pd.DataFrame, adsl: pd.DataFrame, interim: Interim) -> pd.DataFrame:
    """`<window>DONE` for each window and ADMINDONE for the primary one."""
    gone = set(adsl.loc[has_left(adsl), "SUBJID"])
    cutoff_end = ex["CUTDT"] + pd.Timedelta(hours=24)
    done = {}
    for name, hours in {**interim.windows, "ADMIN": interim.admin_window_hours}.items():
        end = ex["ASTDTM"] + pd.Timedelta(hours=hours)
        left = ex["SUBJID"].isin(gone) | ex["DTHDT"].notna()
        done[f"{name}DONE"] = flag((ex["GIVENFL"] == "Y") & ((end <= cutoff_end) | left))
    return ex.assign(**done)


def derive_dose_status(adsl: pd.DataFrame, adex: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """D1STAT, D2STAT, ... of adsl: GIVEN, NOT_DUE, PENDING, CANCELLED or LEFT; null in control.

    A later administration is due when the shortest interval since the one before has passed. It is
    cancelled when the site says so or gave an amount of 0, when the one before was, or when the
    participant stopped treatment and stayed in the study, or left it later.
    """
    active = adsl["TRT01P"].isin([arm.code for arm in trial.active_arms])
    given = adex[adex["GIVENFL"] == "Y"].sort_values(["SUBJID", "ASTDTM"], kind="stable")
    given = given.assign(ORDER=given.groupby("SUBJID").cumcount() + 1)
    gone = adsl["EOSDT"].where(adsl["EOSSTT"] == "DISCONTINUED")
    left = adsl["EOSSTT"].eq("DISCONTINUED") | adsl["DTHDT"].notna()
    earlier = adsl["EOTDT"] < pd.concat([gone, adsl["DTHDT"]], axis=1).min(axis=1)
    stopped = adsl["EOTSTT"].eq("DISCONTINUED") & (~left | earlier)
    status: dict[str, pd.Series] = {}
    for number in range(1, trial.doses.planned + 1):
        value = pd.Series("PENDING", index=adsl.index, dtype=object)
        if number > 1:
            value = value.mask(~_is_due(adsl, given, number, trial), "NOT_DUE")
        cancelled = adex[is_withheld(adex) & (adex["DOSENUM"] == number)]
        value = value.mask(left, "LEFT").mask(stopped, "CANCELLED")
        value = value.mask(adsl["SUBJID"].isin(cancelled["SUBJID"]), "CANCELLED")
        if number > 1:
            value = value.mask(status[f"D{number - 1}STAT"] == "CANCELLED", "CANCELLED")
        received = given.loc[given["ORDER"] == number, "SUBJID"]
        status[f"D{number}STAT"] = value.mask(adsl["SUBJID"].isin(received), "GIVEN").where(active)
    return adsl.assign(**status)


def _is_due(adsl: pd.DataFrame, given: pd.DataFrame, number: int, trial: Trial) -> pd.Series:
    before = given[given["ORDER"] == number - 1].set_index("SUBJID")["ASTDTM"].dt.normalize()
    earliest = adsl["SUBJID"].map(before) + pd.Timedelta(days=trial.doses.interval_days[0])
    return earliest <= adsl["CUTDT"]
