"""Participants and doses for the second computation, from the cut raw tables by plain pandas.

Written from the derivation rules, not from the data sets: nothing of `helpers.datasets` is used.
"""

from typing import NamedTuple

import pandas as pd

from helpers.intake.records import Records
from helpers.params.trial import Trial

DAY = pd.Timedelta(days=1)
LEFT_OPEN = "-01-01"
SEEN = {  # who stands in such a row was alive then: date, and the value that says it was done
    "dm": ("RFICDTC", None),
    "rand": ("RANDDTC", None),
    "sv": ("SVSTDTC", ("SVSTAT", "DONE")),
    "lb": ("LBDTC", ("LBSTAT", None)),
    "vs": ("VSDTC", ("VSSTAT", None)),
    "ex": ("EXSTDTC", ("EXOCCUR", "Y")),
    "ae": ("AESTDTC", None),
    "ho": ("HOSTDTC", None),
    "qs": ("QSDTC", ("QSSTAT", None)),
}


class People(NamedTuple):
    """Randomised participants by SUBJID, and their given doses in order of time, NUMBER from 1."""

    persons: pd.DataFrame
    doses: pd.DataFrame


def first_day(text: pd.Series) -> pd.Series:
    """First day that a date or a partial date text can mean."""
    if pd.api.types.is_datetime64_any_dtype(text):
        return text.dt.floor("D").astype("datetime64[s]")
    words = text.astype("string")
    padded = words.str.slice(0, 10) + words.str.len().map({4: LEFT_OPEN, 7: "-01"}).fillna("")
    return pd.to_datetime(padded, format="%Y-%m-%d").astype("datetime64[s]")


def last_day(text: pd.Series) -> pd.Series:
    """Last day that a date or a partial date text can mean."""
    first = first_day(text)
    if pd.api.types.is_datetime64_any_dtype(text):
        return first
    length = text.astype("string").str.len()
    month = first + pd.offsets.MonthEnd(0)
    year = first + pd.offsets.YearEnd(0)
    return first.mask(length == 7, month).mask(length == 4, year)


def read_people(records: Records, trial: Trial, cutoff: pd.Timestamp) -> People:
    """CONSENT, RANDOMISED, PLANNED, TREATED, DIED, DEATH, LEFT, REASON, EXIT, NEVER, WAITED."""
    dm = records["dm"].set_index("SUBJID")
    rand = records["rand"].dropna(subset=["RANDDTC"]).sort_values("RANDDTC", kind="stable")
    rand = rand[rand["SUBJID"].isin(dm.index)].drop_duplicates("SUBJID").set_index("SUBJID")
    persons = pd.DataFrame(
        {
            "CONSENT": dm["RFICDTC"].reindex(rand.index),
            "RANDOMISED": rand["RANDDTC"],
            "PLANNED": rand["ARMCD"],
            "DIED": dm["DTHFL"].reindex(rand.index) == "Y",
        }
    )
    doses = _read_doses(records, persons.index)
    persons = persons.assign(TREATED=_find_treated(persons, doses, trial))
    persons = _add_ends(persons, records, cutoff)
    return People(_add_wait(persons, records, trial), doses)


def _read_doses(records: Records, members: pd.Index) -> pd.DataFrame:
    """SUBJID, NUMBER, BEGAN, ROUTE of the doses of which some was given."""
    ex = records["ex"]
    given = (ex["EXOCCUR"] == "Y") & ex["EXSTDTC"].notna() & (ex["EXDOSE"].fillna(1) != 0)
    ex = ex[given & ex["SUBJID"].isin(members)].sort_values(["SUBJID", "EXSTDTC", "EXSEQ"])
    return pd.DataFrame(
        {
            "SUBJID": ex["SUBJID"],
            "NUMBER": ex.groupby("SUBJID").cumcount() + 1,
            "BEGAN": ex["EXSTDTC"],
            "ROUTE": ex["EXROUTE"],
        }
    ).reset_index(drop=True)


def _find_treated(persons: pd.DataFrame, doses: pd.DataFrame, trial: Trial) -> pd.Series:
    """Arm of the route of the first dose; a control without a dose is one."""
    arms = {arm.route: arm.code for arm in trial.arms if arm.route is not None}
    first = doses[doses["NUMBER"] == 1].set_index("SUBJID")["ROUTE"].map(arms)
    treated = first.reindex(persons.index).astype(object)
    spared = (persons["PLANNED"] == trial.control) & ~persons.index.isin(doses["SUBJID"])
    return treated.mask(spared, trial.control)


def _add_ends(persons: pd.DataFrame, records: Records, cutoff: pd.Timestamp) -> pd.DataFrame:
    """DEATH, LEFT and REASON (of the study), EXIT; STOPPED, when treatment ended early."""
    seen = _find_last_seen(records, cutoff)
    said = records["dm"].set_index("SUBJID")["DTHDTC"].reindex(persons.index)
    length = said.astype("string").str.len() if said.dtype == object else None
    death = first_day(said)
    if length is not None:
        later = pd.concat([death, seen.reindex(persons.index) + DAY], axis=1).max(axis=1)
        within = pd.concat([later, last_day(said)], axis=1).min(axis=1)
        death = death.mask(length == 7, within).mask(length == 4)
    death = death.where(persons["DIED"])
    study, treatment = (_find_end(records, scope, cutoff) for scope in ("STUDY", "TREATMENT"))
    stays = study["SCOPE"] == "TREATMENT_ONLY" if "SCOPE" in study else study["DAY"].isna()
    study = study[~(stays & (study["REASON"] == "WITHDRAWAL_BY_SUBJECT"))].reindex(persons.index)
    lost = study["REASON"] == "LOST_TO_FOLLOW_UP"
    alive = pd.concat([seen.reindex(persons.index), death], axis=1).min(axis=1)
    end = study["DAY"].mask(lost, alive)
    exits = pd.concat([death, end], axis=1).min(axis=1).fillna(cutoff).clip(upper=cutoff)
    return persons.assign(
        DEATH=death,
        LEFT=study["DAY"],
        REASON=study["REASON"],
        EXIT=exits,
        STOPPED=treatment["DAY"].reindex(persons.index),
        STOPPED_EARLY=(treatment["REASON"].reindex(persons.index).fillna("COMPLETED"))
        != "COMPLETED",
    )


def _find_end(records: Records, scope: str, cutoff: pd.Timestamp) -> pd.DataFrame:
    """DAY, REASON (and SCOPE) of the latest end of one kind, by SUBJID."""
    ds = records["ds"]
    ds = ds[(ds["DSCAT"] == "DISPOSITION") & (ds["DSSCAT"] == scope)]
    ds = ds[ds["DSDECOD"] != "SCREEN_FAILURE"]
    ds = ds.assign(DAY=last_day(ds["DSSTDTC"]).clip(upper=cutoff), REASON=ds["DSDECOD"])
    ds = ds.sort_values(["DAY", "DSSEQ"], na_position="first").groupby("SUBJID").tail(1)
    named = ds.rename(columns={"DSWCSCOPE": "SCOPE"}).set_index("SUBJID")
    return named[[name for name in ("DAY", "REASON", "SCOPE") if name in named]]


def _find_last_seen(records: Records, cutoff: pd.Timestamp) -> pd.Series:
    """Latest day on which a participant was alive, by SUBJID."""
    days = []
    for table, (date, condition) in SEEN.items():
        if not records.has(table, date):
            continue
        rows = records[table]
        if condition is not None and condition[0] in rows:
            value = rows[condition[0]]
            rows = rows[value.isna() if condition[1] is None else value == condition[1]]
        days.append(first_day(rows[date]).set_axis(rows["SUBJID"]))
    every = pd.concat(days)
    every = every[every <= cutoff]
    latest: pd.Series = every.groupby(level=0).max()
    return latest


def _add_wait(persons: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """NEVER: a planned first dose will not come; WAITED: the last day of waiting for it then."""
    ex = records["ex"]
    refused = ex[(ex["EXOCCUR"] == "N") & (ex["DOSENUM"] == 1)]
    said = refused["EXSTDTC"].fillna(refused["ENTRYDTC"]).dt.floor("D")
    cancelled = said.groupby(refused["SUBJID"]).min().reindex(persons.index)
    nothing = ex[(ex["DOSENUM"] == 1) & ((ex["EXOCCUR"] == "N") | (ex["EXDOSE"] == 0))]
    meant = persons["PLANNED"].isin([arm.code for arm in trial.arms if arm.route is not None])
    gone = persons["LEFT"].notna() | persons["DEATH"].notna() | persons["STOPPED_EARLY"]
    dosed = persons["TREATED"].notna() & (persons["TREATED"] != trial.control)
    never = meant & ~dosed & (gone | persons.index.isin(nothing["SUBJID"]))
    until = persons["STOPPED"].fillna(cancelled)
    return persons.assign(
        NEVER=never, WAITED=pd.concat([until, persons["EXIT"]], axis=1).min(axis=1)
    )
