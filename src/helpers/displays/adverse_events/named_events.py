"""Single events in the words of a note: who, what, how severe, how long after the dose."""

import pandas as pd

from helpers.displays.adverse_events.coded_terms import NOT_CODED, name_term
from helpers.displays.formats import format_number
from helpers.view import ClosedView

WEEK = 168  # hours
ORDER = ("USUBJID", "ASTDT", "AESEQ")


def list_event_names(view: ClosedView, events: pd.DataFrame) -> list[str]:
    """Events one by one, in their order: participant, arm, what, grade, time since the dose."""
    return [_name_event(view, event) for _, event in events.iterrows()]


def sort_events(events: pd.DataFrame) -> pd.DataFrame:
    """Events by participant and day, as far as the data say them."""
    return events.sort_values([name for name in ORDER if name in events], kind="stable")


def _name_event(view: ClosedView, event: pd.Series) -> str:
    """`022 (A), "headache when upright", grade 1, 24.3 h after dose 1`."""
    subject = event["USUBJID"]
    arms = [arm for arm in view.arms if subject in view.arm_group(view.safety, arm.code).subjects]
    who = str(event.get("SUBJID", subject))
    who = f"{who} ({arms[0].label})" if arms else who
    return ", ".join(filter(None, [who, _say_what(event), _say_severity(event), _say_time(event)]))


def _say_what(event: pd.Series) -> str:
    """The preferred term; without one the words of the site, where there are any."""
    term = name_term(event.get("AEDECOD"))
    if term != NOT_CODED:
        return term
    return f'"{event["AETERM"]}"' if isinstance(event.get("AETERM"), str) else ""


def _say_severity(event: pd.Series) -> str:
    """`grade 3, serious`; empty where neither is known."""
    grade = event.get("ATOXGR")
    known = [] if grade is None or pd.isna(grade) else [f"grade {int(grade)}"]
    return ", ".join([*known, *(["serious"] if event.get("ASERFL") == "Y" else [])])


def _say_time(event: pd.Series) -> str:
    """Hours since the dose before the event; days after a week, or where only the date is known."""
    dose = event.get("DOSEREF")
    if dose is None or pd.isna(dose):
        return "after no dose"
    hours, days = event.get("HRSINF"), event.get("DAYSINF")
    dated = isinstance(event.get("ASTTMF"), str)
    if hours is not None and not pd.isna(hours) and hours <= WEEK and not dated:
        return f"{format_number(float(hours), 1)} h after dose {dose}"
    if days is not None and not pd.isna(days):
        return f"{days} {'day' if days == 1 else 'days'} after dose {dose}"
    return f"after dose {dose}"
