"""L-S-09: every event of the stopping rule, with what its arm stood at on that day."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.displays.adverse_events.event_notes import note_imputed_starts
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import Listing, join_notes
from helpers.displays.monitoring.other_dates import describe_arms, swap_dates
from helpers.displays.monitoring.stopping import read_path
from helpers.displays.monitoring.terms import name_term
from helpers.displays.serious_events.event_cells import write_dose
from helpers.params.trial import Arm
from helpers.stats.stopping.path import counts_at
from helpers.view import ClosedView, View

HEADERS = (
    *("Arm", "Participant", "Preferred term", "Counts from", "Study day of onset", "After dose"),
    *("Grade", "Serious", "Related", "Arm at the end of that day"),
)


@shown_as("L-S-09", title="Events of the stopping rule, one by one", needs=("adstop", "adae"))
def list_monitored_events(view: View) -> Listing:
    """Events of the rule by arm and day; a participant's first one counts in the monitor.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the stopping monitor is kept by arm")
    events = _find_events(view)
    rows = tuple(row for arm in view.trial.active_arms for row in _list_rows(view, arm, events))
    others = tuple(row for arm in view.trial.active_arms for row in _list_others(view, arm))
    return Listing(
        population_line="Events of the stopping rule in participants treated in an arm that gets "
        "the "
        f"product. Data to {state_date(view.cutoff)}. Events N = {len(rows)}{_say_others(others)}.",
        notes=join_notes(
            describe_arms(view),
            "Only the first event of a participant counts; the last column says what the arm "
            "stood at then: participants with an event of those evaluable.",
            "Counts from: the day of onset, of an event that counts only for being fatal the day "
            "of death.",
            note_imputed_starts(events),
        ),
        source_note="adstop, adae with SEVTOXFL = Y; list_monitored_events.",
        headers=HEADERS,
        rows=(*rows, *others),
        empty="No event of the stopping rule",
    )


def _say_others(others: Sequence[object]) -> str:
    """Rows that are not counted, said beside the number of those that are."""
    return f", and {len(others)} by another date of a dose, not counted" if others else ""


def _find_events(view: ClosedView) -> pd.DataFrame:
    """Events of the rule with the day and number of the one that counts of their participant."""
    events = view.flagged("adae", "SEVTOXFL")
    monitored = view["adstop"].set_index("USUBJID")
    subjects = events["USUBJID"]
    columns = {name: subjects.map(monitored[name]) for name in ("TRT01A", "STOPDT", "SRCSEQ")}
    return events.assign(
        ARM=columns["TRT01A"],
        STOPDT=columns["STOPDT"],
        FIRST=(columns["SRCSEQ"] == events["AESEQ"]).fillna(False),
        SUBJID=subjects.map(monitored["SUBJID"]),
    )


def _list_rows(view: ClosedView, arm: Arm, events: pd.DataFrame) -> list[tuple[str, ...]]:
    path = read_path(view, arm)
    own = events[events["ARM"] == arm.code]
    own = own.assign(DAY=own["STOPDT"].where(own["FIRST"], own["ASTDT"]))
    own = own.sort_values(["DAY", "USUBJID", "AESEQ"], kind="stable")
    return [
        (
            arm.label,
            *_describe_event(event),
            _say_counts(path, event) if event.FIRST else "not the first of the participant",
        )
        for event in own.itertuples(index=False)
    ]


def _describe_event(event: Any) -> tuple[str, ...]:
    return (
        str(event.SUBJID),
        name_term(event._asdict()),
        state_date(event.DAY),
        "" if pd.isna(event.ADY) else format_number(float(event.ADY), 0),
        write_dose(event),
        "missing" if pd.isna(event.ATOXGR) else format_number(float(event.ATOXGR), 0),
        "yes" if event.ASERFL == "Y" else "no",
        "yes" if event.RELFL == "Y" else "no",
    )


def _list_others(view: ClosedView, arm: Arm) -> list[tuple[str, ...]]:
    """Events that the rule would count by the other date of a dose, and does not."""
    if not (view.has("adae", "ALTSTPFL") and view.has("adstop", "ALTSTPDT")):
        return []
    swapped = swap_dates(view)
    events = _find_events(swapped)
    counted = view["adae"].loc[view["adae"]["SEVTOXFL"] == "Y", ["USUBJID", "AESEQ"]]
    known = pd.MultiIndex.from_frame(counted)
    events = events[~pd.MultiIndex.from_frame(events[["USUBJID", "AESEQ"]]).isin(known)]
    return [
        (*row[:-1], f"not counted; by the other dose date {row[-1]}")
        for row in _list_rows(swapped, arm, events)
    ]


def _say_counts(path: pd.DataFrame, event: Any) -> str:
    events, evaluable = counts_at(path, event.STOPDT)
    return f"{events} of {evaluable}"
