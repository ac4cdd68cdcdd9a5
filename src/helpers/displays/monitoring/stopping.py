"""The stopping rule of each arm: where it stands, and whether it alerted before."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.displays.monitoring.terms import name_term
from helpers.displays.summary.committee import Closing, find_closing
from helpers.params.interim import Stop
from helpers.params.trial import Arm
from helpers.stats.stopping import PosteriorMonitor
from helpers.stats.stopping.path import (
    StoppingRule,
    build_path,
    counts_at,
    find_alert,
    find_crossing,
    judge_path,
    list_alerts,
)
from helpers.view import ClosedView


@dataclass(frozen=True)
class Alert:
    """An alert: the day, events and evaluable participants with which the rule alerted first.

    `report` is the first one with a cut-off on or after that day, with its own counts.
    """

    day: pd.Timestamp
    counts: tuple[int, int]
    report: str
    reported: tuple[int, int]


@dataclass(frozen=True)
class Crossed:
    """A day, with its events and evaluable participants, on which a limit was passed."""

    day: pd.Timestamp
    counts: tuple[int, int]


@dataclass(frozen=True)
class LaterAlert:
    """The last alert after the first one, where the counts did not alert in between.

    `below` is the day from which they no longer alert, None where they still do.
    """

    alert: Alert
    below: Crossed | None


@dataclass(frozen=True)
class ArmMonitor:
    """Where an arm stands: its posterior, its state now, what was, and who is still to come.

    `events` are the participants with a stopping event and the terms of all theirs. `first` is the
    first alert, `again` the first one after the committee's answer `closed`, `later` the last one
    where the counts did not alert in between. `waiting` participants are dosed and not yet
    evaluable; `next_look` is the number of evaluable participants at which the rule is checked
    next, None where it is checked after each.
    """

    now: PosteriorMonitor
    state: str
    events: tuple[str, ...]
    waiting: int
    next_look: int | None
    first: Alert | None
    closed: Closing | None
    again: Alert | None
    later: LaterAlert | None

    @property
    def open_alert(self) -> Alert | None:
        """The alert that the committee has not answered."""
        return self.again if self.closed else self.first


def read_rule(stop: Stop) -> StoppingRule:
    """The stopping rule that an interim's parameters set."""
    looks = None if isinstance(stop.looks, str) else stop.looks
    return StoppingRule((stop.prior_a, stop.prior_b), stop.p_star, stop.cut, looks)


def find_monitored(view: ClosedView, arm: Arm) -> pd.DataFrame:
    """Rows of adstop of one arm as treated."""
    persons = view["adstop"]
    return persons[persons["TRT01A"] == arm.code]


def read_path(view: ClosedView, arm: Arm) -> pd.DataFrame:
    """Events and evaluable participants of one arm after each change, in the order of time."""
    persons = find_monitored(view, arm)
    return build_path(persons["EVALDT"], persons["STOPDT"])


def monitor_arm(view: ClosedView, arm: Arm) -> ArmMonitor:
    """Stopping monitor of one arm as treated; a participant counts once.

    Table, figures and lights ask for it, so that a view makes it once for each arm.
    """
    return view.once(_monitor_arm, arm.code)


def _monitor_arm(view: ClosedView, code: str) -> ArmMonitor:
    arm = view.trial.arm(code)
    persons = find_monitored(view, arm)
    path, rule = read_path(view, arm), read_rule(view.interim.stop)
    events, evaluable = counts_at(path, view.cutoff)
    first = _find_alert(view, path, rule, beyond=0)
    closed = find_closing(view, arm.code) if first else None
    if first and closed and closed.cutoff < first.day:
        closed = None  # an answer given before the alert does not answer it
    again = None
    if closed:
        known, _ = counts_at(path, closed.cutoff)
        again = _find_alert(view, path, rule, beyond=known)
    following = [look for look in rule.looks or () if look > evaluable]
    return ArmMonitor(
        now=rule.monitor(events, evaluable),
        state=judge_path(path, rule),
        events=_name_events(view, persons),
        waiting=int(persons["EVALDT"].isna().sum()),
        next_look=following[0] if following else None,
        first=first,
        closed=closed,
        again=again,
        later=_find_later(view, path, rule),
    )


def find_companion(view: ClosedView, arm: Arm, boundary: np.ndarray) -> Crossed | None:
    """When an arm first had at least the events of a boundary, checked after every change."""
    path = read_path(view, arm)
    place = find_crossing(path, boundary)
    if place is None:
        return None
    return _read_step(path, place)


def _find_alert(
    view: ClosedView, path: pd.DataFrame, rule: StoppingRule, *, beyond: int
) -> Alert | None:
    place = find_alert(path, rule, beyond=beyond)
    return None if place is None else _read_alert(view, path, place)


def _read_alert(view: ClosedView, path: pd.DataFrame, place: int) -> Alert:
    step = _read_step(path, place)
    report, cutoff = _find_report(view, step.day)
    return Alert(step.day, step.counts, report, counts_at(path, cutoff))


def _read_step(path: pd.DataFrame, place: int) -> Crossed:
    step = path.iloc[place]
    return Crossed(step["day"], (int(step["events"]), int(step["evaluable"])))


def _find_later(view: ClosedView, path: pd.DataFrame, rule: StoppingRule) -> LaterAlert | None:
    stretches = list_alerts(path, rule)
    if len(stretches) < 2:
        return None
    start, end = stretches[-1]
    below = None if end is None else _read_step(path, end)
    return LaterAlert(_read_alert(view, path, start), below)


def _find_report(view: ClosedView, day: pd.Timestamp) -> tuple[str, pd.Timestamp]:
    """Short name and cut-off of the first report that holds a day: an earlier one or this one."""
    if view.has("earlier_reports"):
        earlier = view["earlier_reports"]
        known = earlier[earlier["CUTDT"] >= day]
        if len(known):
            return str(known["INTERIM"].iloc[0]), known["CUTDT"].iloc[0]
    return view.interim.interim_id, view.cutoff


def _name_event(event: Mapping[Hashable, Any]) -> str:
    """Term, grade where one is recorded, and whether it is serious."""
    grade = event.get("ATOXGR")
    severity = "" if grade is None or pd.isna(grade) else f", grade {int(grade)}"
    return f"{name_term(event)}{severity}{', serious' if event.get('ASERFL') == 'Y' else ''}"


def _name_events(view: ClosedView, persons: pd.DataFrame) -> tuple[str, ...]:
    """`006 Post-puncture headache, grade 2, serious` of each, in the order of the first event."""
    hit = persons[persons["STOPDT"].notna()].sort_values(["STOPDT", "USUBJID"], kind="stable")
    if not view.has("adae", "AEDECOD"):
        return tuple(hit["SUBJID"])
    events = view.flagged("adae", "SEVTOXFL")
    named = events.assign(NAMED=[_name_event(row) for row in events.to_dict("records")])
    terms = named.groupby("USUBJID")["NAMED"].agg(lambda found: " and ".join(found.unique()))
    return tuple(
        f"{row.SUBJID} {terms.get(row.USUBJID, '')}".strip() for row in hit.itertuples(index=False)
    )
