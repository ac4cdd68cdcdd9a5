"""The stopping monitor in words: when it alerted, and the headline of its table."""

import math

from helpers.displays.columns import state_date
from helpers.displays.monitoring.control import COMPARED, Compared
from helpers.displays.monitoring.control import STATES as STATES_BESIDE
from helpers.displays.monitoring.monitor_numbers import Monitored
from helpers.displays.monitoring.pause import Met, describe_records, list_open, name_trigger
from helpers.displays.monitoring.states import STATES
from helpers.displays.monitoring.stopping import Alert, Crossed
from helpers.displays.monitoring.stopping_words import say_later
from helpers.view import ClosedView

NEVER = "none"


def write_day(reached: Alert | Crossed | None) -> str:
    """The day on which a limit was reached; `none` where it was not."""
    return NEVER if reached is None else state_date(reached.day)


def write_counts(reached: Alert | Crossed | None) -> str:
    """Participants with an event and evaluable ones of that day: `2 / 2`."""
    return "" if reached is None else "{} / {}".format(*reached.counts)


def _say(counts: tuple[int, int]) -> str:
    return f"{counts[0]} of {counts[1]}"


def state_headline(view: ClosedView, arms: list[Monitored], compared: list[Compared]) -> str:
    """State of each arm in a sentence, arms with an alert first; alerts beside control."""
    ordered = sorted(arms, key=lambda one: one.found.open_alert is None)
    lots = [_describe_lot(met) for met in _list_unassigned(view)]
    said = [*lots, *(_describe_arm(view, one) for one in ordered), _describe_compared(compared)]
    return " ".join(part for part in said if part)


def _describe_compared(compared: list[Compared]) -> str:
    """Comparisons with control that are amber or red; empty without one."""
    said = [
        f"{COMPARED[one.code].lower()} in {one.arm.label} {STATES_BESIDE[one.alert.state]}"
        for one in compared
        if one.alert.state in ("AMBER", "RED")
    ]
    return f"Compared with {compared[0].control.label}: {', '.join(said)}." if said else ""


def _list_unassigned(view: ClosedView) -> list[Met]:
    """Triggers met by what belongs to no arm: a lot that nobody got."""
    return list_open(view, "")


def _describe_lot(met: Met) -> str:
    name = name_trigger(met.trigger)
    return f"{name[:1].upper()}{name[1:]} ({describe_records(met)}): review requested at once."


def _describe_arm(view: ClosedView, one: Monitored) -> str:
    now = one.found.now
    counts = f"{now.events} of {now.evaluable} evaluable with a stopping event"
    if math.isfinite(now.alert_at):
        counts += f" (alert from {now.alert_at:g})"
    alert = one.found.open_alert
    if alert is not None:
        later = say_later(one.found)
        said = (
            f"alert, first reached on {state_date(alert.day)} with {_say(alert.counts)} and not "
            f"answered by the committee; {f'{later}; ' if later else ''}now {counts}"
        )
    else:
        said = f"{STATES[one.found.state][1].lower()}, {counts}"
    met = list_open(view, one.arm.code)
    names = ", ".join(name_trigger(trigger.trigger) for trigger in met)
    asked = f"; review requested at once ({names})" if met else ""
    return f"{one.arm.label}: {said}{asked}."
