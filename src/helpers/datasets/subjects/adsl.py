"""adsl: one row per consented participant."""

import pandas as pd

from helpers.datasets.flags import yes_no
from helpers.datasets.subjects.anchor import build_anchor
from helpers.datasets.subjects.follow_up import (
    build_end_of_study,
    compute_death,
    compute_last_alive,
    compute_years,
    derive_exit,
)
from helpers.intake.partial_dates import describe_precision, earliest_date
from helpers.intake.records import Records
from helpers.params.trial import Trial

# Where nobody has an arm, nobody has a dose either: an empty column would invite a wrong count.
OF_DOSES = (
    "TRTSDTM", "TRT2DTM", "TRTEDTM", "DOSES", "ROUTE1", "EOTSTT", "EOTDT", "EOTREAS", "LDDTHELD",
)  # fmt: skip


def build_adsl(records: Records, trial: Trial, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Participants with demography, randomisation, treatment, follow-up and populations.

    Variables that need other data sets (scores at baseline, per protocol, visit status) are added
    by `derive_baseline` and `derive_populations`.
    """
    dm = records["dm"].sort_values("SUBJID", kind="stable").reset_index(drop=True)
    persons = dm.drop(columns=["SRCROW", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV"], errors="ignore")
    persons = persons.assign(
        USUBJID=persons["STUDYID"].fillna(trial.study) + "-" + persons["SUBJID"],
        RFICDT=persons["RFICDTC"],
        CUTDT=pd.Series(cutoff, index=persons.index, dtype="datetime64[s]"),
        ENRFL="Y",
    )
    persons = persons.merge(build_anchor(records, trial), on="SUBJID", how="left")
    persons = derive_treatment(persons, trial)
    persons = derive_demography(persons, trial)
    persons = derive_screening(persons, records, trial)
    persons = derive_follow_up(persons, records, trial, cutoff)
    return persons if "TRT01P" in persons else persons.drop(columns=list(OF_DOSES))


def derive_treatment(persons: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """TRT01A and the populations that need no other data: ITTFL, RANDFL, SAFFL.

    As treated is the arm of the first route given; a control who received cells belongs to it too.
    """
    randomised = persons["RANDDT"].notna()
    persons = persons.assign(
        DOSES=persons["DOSES"].fillna(0).astype("Int64"),
        RANDFL=yes_no(randomised),
        ITTFL=yes_no(randomised),
    )
    if "TRT01P" not in persons:
        return persons
    by_route = {arm.route: arm.code for arm in trial.active_arms}
    control = persons["TRT01P"].eq(trial.control) & persons["DOSES"].eq(0)
    treated = persons["ROUTE1"].map(by_route).astype(object)
    actual = treated.mask(control & randomised, trial.control)
    numbers = {arm.code: i for i, arm in enumerate(trial.arms, start=1)}
    return persons.assign(
        TRT01A=actual.where(actual.notna(), None),
        TRT01PN=persons["TRT01P"].map(numbers).astype("Int64"),
        TRT01AN=actual.map(numbers).astype("Int64"),
        SAFFL=yes_no(actual.notna()),
    )


def derive_demography(persons: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """AGE, AGEGR1, BMI, ONSETM, ONSETGR1, RANDMON."""
    consent_year = persons["RFICDT"].dt.year.astype("Int64")
    age = persons["AGE"].fillna(consent_year - persons["BRTHYR"])
    groups = trial.groups
    onset = compute_onset(persons["STROKEDTC"], trial.dates.onset_day)
    months = (persons["RANDDT"] - onset).dt.days / trial.dates.month_days
    limit = groups.onset_months
    group = months.map(lambda m: f"<= {limit:g}" if m <= limit else f"> {limit:g}", "ignore")
    metres = persons["HEIGHT"] / 100
    return persons.assign(
        AGE=age,
        AGEGR1=label_ranges(age, groups.age, groups.age_top),
        BMI=persons["WEIGHT"] / metres**2,
        ONSETM=months.astype("Float64"),
        ONSETGR1=group.astype(object).where(months.notna(), None),
        RANDMON=persons["RANDDT"].dt.strftime("%Y-%m").where(persons["RANDDT"].notna(), None),
    )


def compute_onset(text: pd.Series, day: int = 15) -> pd.Series:
    """Day of onset; the 15th where only the month is known, nothing where only the year is."""
    precise = describe_precision(text)
    first = earliest_date(text)
    return first.where(precise != "M", first + pd.Timedelta(days=day - 1)).where(precise != "Y")


def label_ranges(values: pd.Series, starts: tuple[int, ...], top: int | None) -> pd.Series:
    """`40-54` and so on from the lower ends of the groups; the last is closed at `top` or open."""
    if not starts:
        return pd.Series(None, index=values.index, dtype=object)

    def label(value: float) -> str:
        if value < starts[0]:
            return f"< {starts[0]}"
        if top is not None and value > top:
            return f"> {top}"
        place = max(i for i, start in enumerate(starts) if value >= start)
        if place + 1 < len(starts):
            return f"{starts[place]}-{starts[place + 1] - 1}"
        return f"{starts[place]}-{top}" if top is not None else f">= {starts[place]}"

    labels = [None if pd.isna(value) else label(value) for value in values]
    return pd.Series(labels, index=values.index, dtype=object)


def derive_screening(persons: pd.DataFrame, records: Records, trial: Trial) -> pd.DataFrame:
    """SCRFFL (screen failure) and SCRFREAS, the first failed criterion in protocol order."""
    ie = records["ie"]
    failed = ie[
        ((ie["IECAT"] == "INCLUSION") & (ie["IEORRES"] == "N"))
        | ((ie["IECAT"] == "EXCLUSION") & (ie["IEORRES"] == "Y"))
    ]
    order = {code: i for i, code in enumerate(trial.criteria)}
    failed = failed.assign(ORDER=failed["IETESTCD"].map(order).fillna(len(order)))
    first = failed.sort_values(["SUBJID", "ORDER"], kind="stable").drop_duplicates("SUBJID")
    reason = persons["SUBJID"].map(first.set_index("SUBJID")["IETESTCD"])
    ds = records["ds"]
    said = ds.loc[ds["DSDECOD"] == "SCREEN_FAILURE", "SUBJID"]
    failure = persons["SUBJID"].isin(said) | (persons["RANDDT"].isna() & reason.notna())
    failure &= persons["RANDDT"].isna()
    return persons.assign(
        SCRFFL=yes_no(failure),
        SCRFREAS=reason.fillna("OTHER").where(failure, None),
        IEFAILED=reason.where(reason.notna(), None),
    )


def derive_follow_up(
    persons: pd.DataFrame, records: Records, trial: Trial, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """End of study and treatment, death, last contact, exit, days on study, years at risk."""
    ends = build_end_of_study(records, cutoff)
    persons = persons.join(ends, on="SUBJID")
    ongoing = persons["RANDDT"].notna() & persons["EOSSTT"].isna()
    persons = persons.assign(EOSSTT=persons["EOSSTT"].mask(ongoing, "ONGOING").astype(object))
    if "SCOPE" not in persons:
        persons = persons.assign(SCOPE=None)
    last = compute_last_alive(records, cutoff)
    death = compute_death(records["dm"], last)
    last_alive = persons["SUBJID"].map(last)
    death_date = persons["SUBJID"].map(death).astype("datetime64[s]")
    persons = persons.assign(
        DTHDT=death_date,
        LSTALVDT=last_alive.where(~(last_alive > death_date), death_date).astype("datetime64[s]"),
    )
    persons = derive_exit(persons, cutoff)
    start = persons["TRTSDTM"].dt.normalize().fillna(persons["RANDDT"])
    since_dose = persons["DTHDT"] - persons["TRTEDTM"].dt.normalize()
    on_study = (persons["EXITDT"] - persons["RANDDT"]).dt.days + 1
    return persons.assign(
        TIMEONST=on_study.where(on_study > 0).astype("Int64"),
        LDDTHELD=since_dose.dt.days.astype("Int64"),
        RISKSTDT=start,
        EXPYRS=compute_years(start, persons["EXITDT"], trial.dates.year_days),
        RANDPYRS=compute_years(persons["RANDDT"], persons["EXITDT"], trial.dates.year_days),
    )
