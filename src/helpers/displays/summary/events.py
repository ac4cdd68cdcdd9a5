"""Serious events, deaths and doses of the randomised participants, as sets of records."""

from typing import NamedTuple

import pandas as pd

from helpers.view import View

DAYS_PER_YEAR = 365.25


def serious_events(view: View) -> pd.DataFrame:
    """Rows of adae: serious events of randomised participants that began after randomisation."""
    return view.flagged("adae", "ASERFL", "AFTRANFL")


def knows_serious(view: View) -> bool:
    """Whether the data say which adverse events are serious."""
    return view.has("adae", "ASERFL")


def deaths(view: View) -> set[str]:
    """USUBJID of the randomised participants who died."""
    persons = view.population("ITT")
    return set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"])


class Known(NamedTuple):
    """What the interim before this one knew: its name and day, and USUBJID or (USUBJID, SEQ)."""

    interim: str
    cutoff: pd.Timestamp
    randomised: set[str]
    doses: set[tuple[str, int]]
    serious: set[tuple[str, int]]
    died: set[str]


def read_previous(view: View) -> Known | None:
    """What was known before; None at the first interim."""
    if not view.has("previous") or view["previous"].empty:
        return None
    rows = view["previous"]

    def keys(kind: str) -> set[tuple[str, int]]:
        found = rows[rows["KIND"] == kind]
        return {(s, int(n)) for s, n in zip(found["USUBJID"], found["SEQ"], strict=True)}

    def persons(kind: str) -> set[str]:
        return set(rows.loc[rows["KIND"] == kind, "USUBJID"])

    return Known(
        str(rows["INTERIM"].iloc[0]),
        rows["CUTDT"].iloc[0],
        persons("RANDOMISED"),
        keys("DOSE"),
        keys("SAE"),
        persons("DEATH"),
    )


def new_serious_events(view: View) -> pd.DataFrame:
    """Serious events that the interim before did not know; all of them at the first one."""
    events, before = serious_events(view), read_previous(view)
    if before is None:
        return events
    known = [
        (subject, int(number)) in before.serious
        for subject, number in zip(events["USUBJID"], events["AESEQ"], strict=True)
    ]
    # a series: an empty list would choose columns, not rows
    return events[~pd.Series(known, index=events.index, dtype=bool)]


class Followed(NamedTuple):
    """Randomised participants in follow-up after the interim before, and their time in years."""

    n: int
    years: float


def followed_since(view: View, before: Known | None) -> Followed:
    """Who was in follow-up since then, at the first interim since randomisation.

    The day of randomisation and that of the end of follow-up count; of later looks the days after
    the cut-off before.
    """
    persons = view.population("ITT")
    start, end = persons["RANDDT"], persons["EXITDT"]
    if before is not None:
        start = start.where(start > before.cutoff, before.cutoff + pd.Timedelta(days=1))
    days = ((end - start).dt.days + 1).clip(lower=0).fillna(0)
    return Followed(int((days > 0).sum()), float(days.sum()) / DAYS_PER_YEAR)


def given_doses(view: View) -> set[tuple[str, int]]:
    """(USUBJID, DOSENUM) of the given doses of randomised participants."""
    rows = view.flagged("adex", "GIVENFL")
    return {(s, int(n)) for s, n in zip(rows["USUBJID"], rows["DOSENUM"], strict=True)}
