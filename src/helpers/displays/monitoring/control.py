"""Serious and severe events of an arm beside those of the control group, without a stop."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.event_notes import name_grade_five
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import count_persons
from helpers.params.trial import Arm
from helpers.stats.stopping.comparative_alert import ComparativeAlert, compare_with_control
from helpers.view import ClosedView, Group

SEVERE = 3  # grade
COMPARED = {"serious": "Any serious event", "grade_ge3": f"Any event of grade {SEVERE} or more"}
STATES = {"RED": "red", "AMBER": "amber", "NONE": "none", "": "not estimable"}


class Compared(NamedTuple):
    """Participants with an event in an arm and in control, and how likely an excess is.

    `beside`: by label of the group, what its number counts that is in question.
    """

    arm: Group
    control: Group
    code: str
    counts: Mapping[str, Mapping[str, float]]
    alert: ComparativeAlert
    beside: Mapping[str, str]


def compare_arms(view: ClosedView) -> list[Compared]:
    """Each arm with doses against the control group, for each kind of event; none without one."""
    control = view.trial.control
    if control is None or not view.has("adae", "TRTEMFL", "ASERFL", "ATOXGR"):
        return []
    return [
        _compare(view, arm, control, code, events)
        for code, events in _choose_events(view["adae"]).items()
        for arm in view.trial.active_arms
    ]


def _choose_events(events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Treatment-emergent events of each kind."""
    events = events[events["TRTEMFL"] == "Y"]
    severe = (events["ATOXGR"] >= SEVERE).fillna(False)
    chosen = {"serious": events["ASERFL"] == "Y", "grade_ge3": severe}
    return {code: events[rows.astype(bool)] for code, rows in chosen.items()}


def _compare(view: ClosedView, arm: Arm, control: str, code: str, events: pd.DataFrame) -> Compared:
    groups = [view.arm_group("SAF", name) for name in (arm.code, control)]
    subjects = set(events["USUBJID"])
    counts = {group.label: count_persons(group, subjects) for group in groups}
    (x1, n1), (x2, n2) = ((int(c["n"]), int(c["N"])) for c in counts.values())
    rule = view.interim.comparative_alert
    alert = compare_with_control(x1, n1, x2, n2, margin=rule.margin, amber=rule.amber, red=rule.red)
    beside = {group.label: name_grade_five(view, events, group) for group in groups}
    return Compared(groups[0], groups[1], code, counts, alert, beside)


def compared_key(one: Compared, label: str) -> Key:
    """Key of the participants with an event in an arm."""
    return Key("SAF", label, "COMPARED", "", one.code)


def excess_key(one: Compared) -> Key:
    """Key of the probability of an excess over control."""
    return Key("SAF", one.arm.label, "EXCESS", "", one.code)


def list_compared(found: list[Compared]) -> list[Result]:
    """Numbers of the comparisons; the control group's stand once for each kind of event."""
    results: dict[Key, list[Result]] = {}
    for one in found:
        for label, counts in one.counts.items():
            key = compared_key(one, label)
            results[key] = rows_of(key, counts)
        key = excess_key(one)
        numbers = {"prob_above": one.alert.probability}
        results[key] = rows_of(key, numbers, one.alert.method)
    return [result for rows in results.values() for result in rows]
