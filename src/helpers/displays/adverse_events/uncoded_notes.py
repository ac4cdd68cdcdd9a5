"""Events without a preferred term: which they are, and what is said of them below a table."""

import pandas as pd

from helpers.displays.administration.window_kinds import name_window, primary_window
from helpers.displays.adverse_events.coded_terms import lacks_code
from helpers.displays.adverse_events.event_notes import see_check
from helpers.displays.adverse_events.named_events import list_event_names, sort_events
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView

MOST_NAMED = 12  # events in a note


def find_uncoded(events: pd.DataFrame) -> pd.DataFrame:
    """Events without a preferred term; none where the data have no such terms at all."""
    if "AEDECOD" not in events:
        return events.iloc[:0]
    return events[lacks_code(events["AEDECOD"])]


def note_uncoded(view: ClosedView, what: str, *, windows: bool = True) -> str:
    """Treatment-emergent events that no list of preferred terms can count, one by one.

    `what` says which counts are meant. With `windows` also how many lie within the primary window
    of a dose, by arm: they bound what coding them can add.
    """
    if not view.has("adae", "AEDECOD", "TRTEMFL"):
        return ""
    events = find_uncoded(view.flagged("adae", "TRTEMFL"))
    events = events[events["USUBJID"].isin(view.total(view.safety).subjects)]
    if events.empty:
        return ""
    events = sort_events(events)
    listed = describe_uncoded(view, events, MOST_NAMED)
    they = "is" if len(events) == 1 else "are"
    said = (
        f"{count_of(len(events), 'treatment-emergent event')} without a preferred term {they} in "
        f"no count of {what}: {listed}."
    )
    return f"{said}{_bound_uncoded(view, events) if windows else ''}"


def describe_uncoded(view: ClosedView, events: pd.DataFrame, most: int) -> str:
    """Events one by one, at most so many: participant, arm, words, grade, time since the dose."""
    named = list_event_names(view, events.head(most))
    more = len(events) - len(named)
    return "; ".join([*named, *([f"{more} more{see_check(view, 27)}"] if more else [])])


def _bound_uncoded(view: ClosedView, events: pd.DataFrame) -> str:
    """How many lie within the primary window of a dose, by arm with doses."""
    window = primary_window(view)
    if f"{window}FL" not in events:
        return ""
    inside = events[events[f"{window}FL"] == "Y"]
    arms = [arm for arm in view.arms if arm.active]
    counts = [
        f"{int(inside['USUBJID'].isin(view.arm_group(view.safety, arm.code).subjects).sum())} in "
        f"{arm.label}"
        for arm in arms
    ]
    return (
        f" Within {name_window(view, window)} after a dose: {', '.join(counts)}; coded, at most "
        "that many more."
    )
