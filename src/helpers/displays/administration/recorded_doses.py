"""What the primary outcome owes to the recorded dates and routes of doses."""

import pandas as pd

from helpers.displays.administration.window_kinds import name_hours
from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.exposure.routes import describe_routes
from helpers.displays.rows import of_persons
from helpers.displays.summary.wording import name_some
from helpers.view import ClosedView, View

MOST_NAMED = 12  # events in a note
BEFORE = "before a first dose"
NEEDS = ("AAFL", "ALTAAFL", "DOSEREF", "WINHRS", "ALTREF", "ALTWINHR", "AEDECOD")


def say_by_other_dates(view: ClosedView) -> str:
    """Which events another date of a dose would count otherwise, and for whom that decides."""
    if not view.has("adae", *NEEDS):
        return "Windows go by the recorded date."
    own, other = (set(view.flagged("adae", name)["USUBJID"]) for name in ("AAFL", "ALTAAFL"))
    names = of_persons(view.population("SAF"), "SUBJID")
    said = [
        f"{words}: {', '.join(sorted(str(names[subject]) for subject in subjects))}"
        for words, subjects in (
            ("only by the recorded date", own - other),
            ("only by the other date", other - own),
        )
        if subjects
    ]
    moved = describe_moved_events(view)
    if not moved:
        return "Windows go by the recorded date; by the other one every event falls in the same."
    who = (
        f"In the primary outcome {'; '.join(said)}."
        if said
        else "After any dose the same participants are in the primary outcome."
    )
    return f"Windows go by the recorded date. {moved} {who}"


def note_moved_events(view: View) -> str:
    """The doubtful dates of doses and the events that follow another dose, or none, by the other.

    Empty where no date is doubtful or no event moves.
    """
    known = isinstance(view, ClosedView) and view.has("adae", *NEEDS)
    moved = describe_moved_events(view) if known else ""
    return note_dose_dates(view, f"Counted by the recorded date. {moved}") if moved else ""


def describe_moved_events(view: View) -> str:
    """`By the other date 1 event falls otherwise: 004 Fever (...).`; empty where none does."""
    events, names = view["adae"], of_persons(view.population("SAF"), "SUBJID")
    events = events[events["USUBJID"].isin(names.index) & (events["AFTRANFL"] == "Y")]
    events = events.assign(
        OWN=_place(events, "DOSEREF", "WINHRS"), OTHER=_place(events, "ALTREF", "ALTWINHR")
    )
    moved = events[events["OWN"] != events["OTHER"]].sort_values(["SUBJID", "AESEQ"])
    if moved.empty:
        return ""
    named = (
        f"{row.SUBJID} {name_term(row.AEDECOD)} ({row.OTHER}; by the recorded date {row.OWN})"
        for row in moved.itertuples()
    )
    falls = "event falls" if len(moved) == 1 else "events fall"
    return f"By the other date {len(moved)} {falls} otherwise: {name_some(named, MOST_NAMED)}."


def _place(events: pd.DataFrame, dose: str, hours: str) -> list[str]:
    """`within 24 h of dose 2`, `after dose 1, in no window`, `before a first dose`."""
    return [
        BEFORE
        if pd.isna(number)
        else f"after dose {number}, in no window"
        if pd.isna(window)
        else f"within {name_hours(int(window))} of dose {number}"
        for number, window in zip(events[dose], events[hours], strict=True)
    ]


def say_routes(view: ClosedView) -> str:
    """Doses whose list of terms goes by another route than allocated."""
    said = describe_routes(view) if view.has("adex", "ROUTECAT") else ""
    return f"The list of a dose goes by its recorded route. {said}" if said else ""
