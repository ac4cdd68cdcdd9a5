"""Doses whose day is doubtful: another recorded date, or vital signs of a dose without the dose."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.rows import of_persons
from helpers.view import View

BY_TIME_POINT = (
    "Values at a time point keep the dose that the site gave; those without one, and hours since a "
    "dose, go by the recorded date."
)
STAY = pd.Timedelta(days=7)  # after a dose in which vital signs may be of its stay
RECORDS = {"vs": "vital signs", "sv": "visit", "ho": "hospital stay"}


def find_doubtful(view: View) -> pd.DataFrame:
    """Rows of adex with another recorded date, by participant and dose; empty where none has."""
    if not view.has("adex", "ALTDT", "ALTSRC"):
        return pd.DataFrame()
    doses = view["adex"]
    doses = doses[doses["ALTDT"].notna()]
    return doses.sort_values(["USUBJID", "DOSENUM"], kind="stable")


def describe_doses(doses: pd.DataFrame, names: pd.Series) -> list[str]:
    """`004: dose 2 recorded on 6 Sep 2021, but visit and vital signs on 28 Aug 2021`."""
    return [
        f"{names[row.USUBJID]}: dose {row.DOSENUM} recorded on {state_date(row.ASTDTM)}, but "
        f"{_join([RECORDS[code] for code in row.ALTSRC.split()])} on {state_date(row.ALTDT)}"
        for row in doses.itertuples(index=False)
    ]


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def note_dose_dates(view: View, consequence: str, among: Iterable[str] | None = None) -> str:
    """The doses of the safety population, and what goes by the recorded date; empty without any.

    `among`: of these participants (USUBJID) only.
    """
    doses = find_doubtful(view)
    if doses.empty:
        return ""
    names = of_persons(view.population("SAF"), "SUBJID")
    doses = doses[doses["USUBJID"].isin(names.index)]
    if among is not None:
        doses = doses[doses["USUBJID"].isin(set(among))]
    if doses.empty:
        return ""
    return f"Dose date to check (C54): {'; '.join(describe_doses(doses, names))}. {consequence}"


def find_straddling(view: View, day: pd.Timestamp) -> set[str]:
    """USUBJID of doubtful doses that one of their dates puts by a day and the other after it."""
    doses = find_doubtful(view)
    if doses.empty:
        return set()
    days = pd.DataFrame({"own": doses["ASTDTM"].dt.normalize(), "other": doses["ALTDT"]})
    hit = (days.min(axis=1) <= day) & (day < days.max(axis=1))
    return set(doses.loc[hit, "USUBJID"])


def find_untimed(view: View) -> set[str]:
    """USUBJID of doubtful doses with vital signs at no time point about either of their dates."""
    doses = find_doubtful(view)
    if doses.empty or not view.has("advs", "ATPT", "ADT"):
        return set()
    days = pd.DataFrame({"own": doses["ASTDTM"].dt.normalize(), "other": doses["ALTDT"]})
    spans = pd.DataFrame(
        {"USUBJID": doses["USUBJID"], "FIRST": days.min(axis=1), "LAST": days.max(axis=1) + STAY}
    )
    signs = view["advs"]
    signs = signs.loc[signs["ATPT"].isna(), ["USUBJID", "ADT"]].merge(spans, on="USUBJID")
    hit = (signs["ADT"] >= signs["FIRST"]) & (signs["ADT"] <= signs["LAST"])
    return set(signs.loc[hit, "USUBJID"])


def note_intervals_between(view: View) -> str:
    """Intervals between doses that the other date would change, with both numbers of days."""
    doses = find_doubtful(view)
    if doses.empty or "INTDAYS" not in doses:
        return ""
    doses = doses[doses["INTDAYS"].notna()]
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID")
    moved = (doses["ASTDTM"].dt.normalize() - doses["ALTDT"]).dt.days
    said = [
        f"{names[row.USUBJID]} {int(row.INTDAYS)}, by the other date {int(row.INTDAYS - days)}"
        for row, days in zip(doses.itertuples(index=False), moved, strict=True)
    ]
    return f"Days from the dose before by the recorded date: {'; '.join(said)}." if said else ""


def note_unrecorded(view: View) -> str:
    """Doses whose vital signs are within the cut while the dose itself is not."""
    if not (view.has("advs", "ATPT", "DOSENUM", "ADT") and view.has("adex", "GIVENFL")):
        return ""
    timed = view["advs"]
    timed = timed[timed["ATPT"].notna() & timed["DOSENUM"].notna()]
    timed = timed[timed["ATPT"] != view.trial.checks.timepoint_before]
    given = view.flagged("adex", "GIVENFL")
    known = set(zip(given["USUBJID"], given["DOSENUM"], strict=True))
    names = of_persons(view.population("ITT"), "SUBJID")
    first = timed[timed["USUBJID"].isin(names.index)].groupby(["USUBJID", "DOSENUM"])["ADT"].min()
    said = [
        f"dose {number} of {names[subject]} ({state_date(day)})"
        for (subject, number), day in first.items()
        if (subject, number) not in known
    ]
    if not said:
        return ""
    return (
        "Vital signs after a dose by the cut-off, but no such dose given by then in the dose "
        f"records, so that it is counted as not given: {', '.join(said)}."
    )
