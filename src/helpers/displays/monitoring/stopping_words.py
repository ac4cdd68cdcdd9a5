"""The stopping rule in words: where an arm stands, what it remembers, what is counted."""

import math

from helpers.displays.columns import state_date
from helpers.displays.formats import format_number
from helpers.displays.monitoring.stopping import Alert, ArmMonitor
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import name_code
from helpers.displays.summary.wording import count_of
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import ClosedView, View

MOST = 10  # participants named on the first page


def describe_monitor(found: ArmMonitor, view: ClosedView) -> str:
    """Counts, what was reached before, the posterior, the limit, and who is still to come."""
    now, rule = found.now, view.interim.stop
    counts = f"{now.events} of {now.evaluable} evaluable with a stopping event"
    memory = _describe_memory(found, view.interim.interim_id)
    said = f"{memory}; now {counts}" if memory else counts
    posterior = f"Pr(rate above {format_number(100 * rule.p_star, 0)}%) = "
    posterior += f"{format_number(now.prob_above, 2)}, alert from {format_number(rule.cut, 2)}"
    parts = [
        f"{said}{_list_events(found.events)}; {posterior}{_describe_limit(found)}.",
        f"Not yet evaluable: {found.waiting}.",
        _describe_few(found),
    ]
    return " ".join(part for part in parts if part)


def _list_events(events: tuple[str, ...]) -> str:
    more = [f"{len(events) - MOST} more"] if len(events) > MOST else []
    return f" ({'; '.join([*events[:MOST], *more])})" if events else ""


def _describe_memory(found: ArmMonitor, report: str) -> str:
    """The first alert, the committee's answer to it, and what came after; empty without one."""
    first = found.first
    if first is None:
        return ""
    text = f"First reached {_say_where(first, report)}"
    if found.closed:
        text = f"{text}, {found.closed.text}"
    if found.again:
        text = f"{text}; reached again {_say_where(found.again, report)}"
    later = say_later(found)
    return f"{text}; {later}" if later else text


def say_later(found: ArmMonitor) -> str:
    """The last of several alerts: `last alerted anew on 7 Aug 2022 with 3 of 7 ...`, else empty."""
    if found.later is None or found.later.alert == found.again:
        return ""
    alert, below = found.later.alert, found.later.below
    text = f"last alerted anew on {state_date(alert.day)} with {_say(alert.counts)}"
    if below is None:
        return text
    return f"{text}, below the limit from {state_date(below.day)} with {_say(below.counts)}"


def _say_where(alert: Alert, report: str) -> str:
    """Report, counts and day of an alert: `at IA1 with 2 of 3 (on 5 Dec 2021 with 2 of 2)`."""
    counts = "" if alert.counts == alert.reported else f" with {_say(alert.counts)}"
    day = f"on {state_date(alert.day)}{counts}"
    if alert.report == report:
        return f"in this report ({day})"
    return f"at {alert.report} with {_say(alert.reported)} ({day})"


def _say(counts: tuple[int, int]) -> str:
    return f"{counts[0]} of {counts[1]}"


def _describe_limit(found: ArmMonitor) -> str:
    """How many events alert, where any number does."""
    at = found.now.alert_at
    look = f", next look at {found.next_look} evaluable" if found.next_look else ""
    return look if math.isnan(at) else f" ({format_number(at, 0)} events{look})"


def _describe_few(found: ArmMonitor) -> str:
    """Why nothing can be judged yet."""
    if found.state != "TOO_FEW" or found.open_alert:
        return ""
    if found.next_look:
        return "No look has been reached."
    at = found.now.alert_at
    if math.isnan(at):
        return "Among so few no number of events alerts."
    return "Among so few only an event in each of them would alert."


def list_counts(found: ArmMonitor, key: Key) -> list[Result]:
    """Numbers of a monitor: counts now, those of the first alert, who is not evaluable yet."""
    names = ("events", "evaluable", "prob_above", "alert_at")
    numbers = {name: float(getattr(found.now, name)) for name in names}
    results = rows_of(key, numbers, found.now.method)
    results += rows_of(key._replace(category="NOT_EVALUABLE"), {"n": found.waiting})
    if found.first:
        events, evaluable = found.first.reported
        place = key._replace(category="FIRST_ALERT")
        results += rows_of(place, {"events": events, "evaluable": evaluable})
    return results


def describe_rule(view: View) -> str:
    """What a stopping event is, who is evaluable, the prior, and when the rule is checked."""
    trial, stop = view.trial, view.interim.stop
    size = stop.prior_a + stop.prior_b
    mean = format_number(100 * stop.prior_a / size, 0)
    checked = "after every evaluable participant, events first on equal days"
    if not isinstance(stop.looks, str):
        checked = f"at {', '.join(map(str, stop.looks))} evaluable participants"
    return (
        f"{describe_stopping_event(trial, view.interim)} Prior Beta({stop.prior_a:g}, "
        f"{stop.prior_b:g}): mean {mean}%, weight of {size:g} participants. The rule is checked "
        f"{checked}; an alert stays until the committee's answer is recorded."
    )


def describe_stopping_event(trial: Trial, interim: Interim) -> str:
    """What a stopping event is and who is evaluable."""
    return (
        f"Stopping event: {_list_events_of_rule(trial, interim.admin_window_hours)}. The first of "
        f"a participant counts. Evaluable: {count_of(trial.stopping_event.related_days, 'day')} "
        "after the first dose, or with an event, or dead."
    )


def _list_events_of_rule(trial: Trial, hours: int) -> str:
    rule = trial.stopping_event
    days = f"within {count_of(rule.related_days, 'day')} of a dose"
    parts = [
        f"a related event, serious or of grade {rule.related_grade} or more, {days}",
        f"one of special interest of grade {rule.related_grade} or more within {hours} h of a dose",
        "a related death",
        _name_codes(trial, rule.any_time, "at any time"),
        _name_codes(trial, rule.near_dose, days),
    ]
    return "; ".join(part for part in parts if part)


def _name_codes(trial: Trial, codes: tuple[str, ...], when: str) -> str:
    names = [trial.stopping_event.labels.get(code, name_code(code).lower()) for code in codes]
    return f"{', '.join(names)} {when}" if names else ""
