"""adcoint: drugs and therapies beside the product that can move the scores."""

from collections.abc import Iterator

import pandas as pd

from helpers.datasets.flags import yes_no
from helpers.intake.partial_dates import earliest_date, latest_date
from helpers.params.trial import CoIntervention, Trial

DAY = pd.Timedelta(days=1)
COLUMNS = (
    "USUBJID", "SUBJID", "TRT01P", "PARAMCD", "PARAM", "BASEFL", "NEWFL", "NEWDT", "MUCHFL",
    "BASE", "AVAL", "CHG",
)  # fmt: skip


def build_adcoint(adcm: pd.DataFrame, adsl: pd.DataFrame, trial: Trial) -> pd.DataFrame | None:
    """One row per randomised participant and co-intervention; None where the trial names none.

    Drugs are those of `medication.co_interventions`, therapies those of
    `baseline_sources.weekly_hours`.

    Returns
    -------
    `COLUMNS` by co-intervention and participant. BASEFL: in use at baseline; NEWFL: begun on day 1
    or later, NEWDT the first day that this can mean. Of a therapy BASE and AVAL: hours a week at
    baseline and on average from day 1 to the end of follow-up (empty without a record), CHG their
    difference, MUCHFL: one begun on day 1 or later with more hours than the protocol foresees.
    """
    persons = adsl[adsl["ITTFL"] == "Y"].sort_values("USUBJID", kind="stable")
    records = adcm[adcm["USUBJID"].isin(persons["USUBJID"])]
    parts = [
        *_build_drugs(records, persons, trial),
        *_build_therapies(records, persons, trial),
    ]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else None


def _build_drugs(
    records: pd.DataFrame, persons: pd.DataFrame, trial: Trial
) -> Iterator[pd.DataFrame]:
    for code, rule in trial.medication.co_interventions.items():
        rows = records[find_members(records, rule)]
        empty = pd.Series(pd.NA, index=persons.index, dtype="Float64")
        yield _describe(rows, persons).assign(
            PARAMCD=code, PARAM=rule.label, MUCHFL=None, BASE=empty, AVAL=empty, CHG=empty
        )


def find_members(records: pd.DataFrame, rule: CoIntervention) -> pd.Series:
    """Records of the category, or with one of the words in their name."""
    member = records["CMCAT"].eq(rule.category).fillna(False).astype(bool)
    for column in ("CMTRT", "CMDECOD") if rule.words else ():
        text = records[column].astype("string")
        hit = text.str.contains("|".join(rule.words), case=False)
        member |= hit.fillna(False).astype(bool)
    return member


def _build_therapies(
    records: pd.DataFrame, persons: pd.DataFrame, trial: Trial
) -> Iterator[pd.DataFrame]:
    labels = {row.variable: row.label for row in trial.baseline_table}
    for variable, category in trial.baseline_sources.weekly_hours.items():
        rows = records[records["CMCAT"] == category]
        base = persons[variable].astype("Float64")
        value = persons["USUBJID"].map(average_hours(rows, persons)).astype("Float64")
        yield _describe(rows, persons).assign(
            PARAMCD=variable,
            PARAM=labels.get(variable, variable),
            MUCHFL=_has_much(rows, persons, category, trial),
            BASE=base,
            AVAL=value,
            CHG=value - base,
        )


def _describe(rows: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """BASEFL, NEWFL and NEWDT of every participant, from the records of one co-intervention."""
    at_baseline = rows.loc[(rows["PREFL"] == "Y") & (rows["ONTRTFL"] == "Y"), "USUBJID"]
    begun = rows[_is_new(rows)]
    day = earliest_date(begun["CMSTDTC"])
    day = day.where(~(day < begun["ANCHORDT"]), begun["ANCHORDT"])
    first = day.groupby(begun["USUBJID"]).min()
    return persons[["USUBJID", "SUBJID", "TRT01P"]].assign(
        BASEFL=yes_no(persons["USUBJID"].isin(at_baseline)),
        NEWFL=yes_no(persons["USUBJID"].isin(begun["USUBJID"])),
        NEWDT=persons["USUBJID"].map(first).astype("datetime64[s]"),
    )


def _is_new(rows: pd.DataFrame) -> pd.Series:
    """Begun on day 1 or later, as far as the date can mean it; a start that is unknown is none."""
    return (rows["PREFL"] == "N") & (rows["ONTRTFL"] == "Y") & rows["CMSTDTC"].notna()


def average_hours(rows: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Hours a week, averaged over the days from day 1 to the end of follow-up, by USUBJID.

    A partial date counts by the longest time that it can mean.
    """
    known = persons.set_index("USUBJID")
    rows = rows[rows["CMDOSE"].notna()]
    start, end = (rows["USUBJID"].map(known[name]) for name in ("ANCHORDT", "EXITDT"))
    first = earliest_date(rows["CMSTDTC"])
    first = first.where(first > start, start)
    last = latest_date(rows["CMENDTC"])
    last = last.where(last < end, end)
    days = ((last - first) / DAY + 1).clip(lower=0)
    hours = (rows["CMDOSE"].astype("Float64") * days).groupby(rows["USUBJID"]).sum()
    whole = (known["EXITDT"] - known["ANCHORDT"]) / DAY + 1
    average: pd.Series = hours / whole.where(whole > 0).reindex(hours.index)
    return average


def _has_much(rows: pd.DataFrame, persons: pd.DataFrame, category: str, trial: Trial) -> pd.Series:
    """Whether a programme begun on day 1 or later exceeds what the protocol foresees."""
    rules = [r for r in trial.intercurrent.programmes.values() if r.category == category]
    if not rules:
        return pd.Series(None, index=persons.index, dtype=object)
    most = min(rule.weekly_hours * (1 + rule.above_percent / 100) for rule in rules)
    much = (rows["CMDOSE"] > most).fillna(False).astype(bool) & _is_new(rows)
    return yes_no(persons["USUBJID"].isin(rows.loc[much, "USUBJID"]))
