"""Uncoded events that a preferred term could make stopping events: how many, what they change."""

import math
from dataclasses import dataclass, replace

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.uncoded_notes import describe_uncoded, find_uncoded
from helpers.displays.cells import Cell
from helpers.displays.model import NOT_APPLICABLE, Light, Line
from helpers.displays.monitoring.other_dates import read_state
from helpers.displays.monitoring.pause import name_trigger
from helpers.displays.monitoring.states import STATES
from helpers.displays.monitoring.stopping import ArmMonitor, monitor_arm
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, heading_row
from helpers.displays.summary.wording import count_of
from helpers.params.trial import Arm, PauseTrigger
from helpers.view import ClosedView

CATEGORY = "UNCODED"
NAMES = {"EVALDT": "UNCEVLDT", "STOPDT": "UNCSTPDT"}
CODE = "Code events"
WITHOUT = "without a preferred term"
MOST = 5  # events named on the first page
GRAVE = 3  # grade of an event that no review should wait for


@dataclass(frozen=True)
class Uncoded:
    """Uncoded events of an arm, and its monitor if each of them were a stopping event."""

    events: pd.DataFrame
    own: ArmMonitor
    found: ArmMonitor

    @property
    def changes(self) -> bool:
        """Whether the state of the rule depends on how the events are coded."""
        return read_state(self.own) != read_state(self.found)


def find_uncoded_events(view: ClosedView, arm: Arm) -> pd.DataFrame:
    """Events with UNCSTPFL of participants who are monitored in an arm, by participant and day."""
    if not view.has("adae", "UNCSTPFL"):
        return view["adae"].iloc[:0] if view.has("adae") else pd.DataFrame()
    monitored = view["adstop"]
    own = monitored.loc[monitored["TRT01A"] == arm.code, "USUBJID"]
    events = view.flagged("adae", "UNCSTPFL")
    events = events[events["USUBJID"].isin(own)]
    return events.sort_values(["USUBJID", "ASTDT", "AESEQ"], kind="stable")


def count_uncoded(view: ClosedView, arm: Arm) -> Uncoded | None:
    """The arm with its uncoded events counted; None where it has none."""
    events = find_uncoded_events(view, arm)
    if events.empty or not view.has("adstop", *NAMES.values()):
        return None
    adstop = view["adstop"]
    counted = adstop.assign(**{own: adstop[other] for own, other in NAMES.items()})
    other = replace(view, datasets={**view.datasets, "adstop": counted})
    return Uncoded(events, monitor_arm(view, arm), monitor_arm(other, arm))


def describe_arm(view: ClosedView, one: Uncoded) -> str:
    """How many, of whom, and what the arm would stand at if each were a stopping event."""
    now, n = one.found.now, one.events["USUBJID"].nunique()
    many = len(one.events)
    events = f"{count_of(many, 'event')} {WITHOUT} in {count_of(n, 'participant')}"
    kind = "a stopping event" if many == 1 else "stopping events"
    each = "it was one" if many == 1 else "each was one"
    state = STATES[read_state(one.found)][1].lower()
    then = f"{state} in any case" if not one.changes else state
    return (
        f"{events} may be {kind} by term "
        f"({describe_uncoded(view, one.events, MOST)}); if {each}: "
        f"{now.events} of {now.evaluable}, {then}."
    )


def warn_of_uncoded(view: ClosedView, light: Light, one: Uncoded | None) -> Light:
    """The light of an arm; amber at least where its state depends on how events are coded."""
    if one is None:
        return light
    why = f"{light.why} {describe_arm(view, one)}"
    if not one.changes or light.state in ("alert", "near"):
        return replace(light, why=why)
    return replace(light, state="near", word=CODE, why=why)


def list_uncoded_counts(one: Uncoded | None, key: Key) -> list[Result]:
    """Uncoded events, and participants with an event and evaluable if each were one."""
    if one is None:
        return []
    now, place = one.found.now, key._replace(category=CATEGORY)
    numbers = {"events": float(now.events), "evaluable": float(now.evaluable)}
    uncoded = rows_of(place._replace(category="UNCODED_EVENTS"), {"count": float(len(one.events))})
    return [*rows_of(place, numbers), *uncoded]


def list_uncoded_rows(view: ClosedView, parameter: str) -> list[Row]:
    """Lines of the monitor with uncoded events counted; none where there are none."""
    found = {arm.code: count_uncoded(view, arm) for arm in view.trial.active_arms}
    if not any(found.values()):
        return []
    results: list[Result] = []
    cells: dict[str, list[Cell | str]] = {"many": [], "counts": [], "states": []}
    for arm in view.arms:
        one, key = found.get(arm.code), Key("SAF", arm.label, parameter)
        results += list_uncoded_counts(one, key)
        none = "none" if arm.code in found else NOT_APPLICABLE
        same = "as it is" if arm.code in found else NOT_APPLICABLE
        many = Cell(key._replace(category="UNCODED_EVENTS"), show.number("count", 0))
        counts = Cell(key._replace(category=CATEGORY), show.events_of())
        cells["many"].append(many if one else none)
        cells["counts"].append(counts if one else same)
        cells["states"].append(STATES[read_state(one.found)][1] if one else same)
    return [
        heading_row(f"If every event {WITHOUT} was a stopping event"),
        Row(Line(f"Events {WITHOUT}", tuple(cells["many"]), level=1), tuple(results)),
        Row(Line("With a stopping event / evaluable", tuple(cells["counts"]), level=1)),
        Row(Line("State", tuple(cells["states"]), level=1, strong=True)),
    ]


@dataclass(frozen=True)
class Possible:
    """Uncoded events, and the immediate triggers that count some of them if it is their term."""

    events: pd.DataFrame
    triggers: tuple[PauseTrigger, ...]


def find_uncoded_triggers(view: ClosedView) -> Possible:
    """Uncoded events after a dose that an immediate trigger may count once they have a term.

    Also those that the stopping rule counts without one: a trigger asks for a review at once.
    """
    if not view.has("adae", "TRTEMFL", "DOSEREF", "ATOXGR", "RELFL", "FATALFL", "ASERFL", "UNCTOX"):
        return Possible(pd.DataFrame(), ())
    events = find_uncoded(view.flagged("adae", "TRTEMFL"))
    active = {arm.code for arm in view.trial.active_arms}
    persons = view.population("SAF")
    treated = persons.loc[persons["TRT01A"].isin(active), "USUBJID"]
    events = events[events["DOSEREF"].notna() & events["USUBJID"].isin(treated)]
    events = events.sort_values(["USUBJID", "ASTDT", "AESEQ"], kind="stable")
    hits = [(trigger, _may_be(events, trigger)) for trigger in view.trial.pause_triggers]
    found = pd.Series(False, index=events.index)
    for _, hit in hits:
        found |= hit
    return Possible(events[found], tuple(trigger for trigger, hit in hits if hit.any()))


def _may_be(events: pd.DataFrame, trigger: PauseTrigger) -> pd.Series:
    """Whether events meet all that a trigger asks beside the term; what is not known may be so."""
    hit = events["UNCTOX"].isna() | events["UNCTOX"].isin(trigger.events)
    hit &= bool(trigger.events)
    if trigger.fatal:
        hit &= events["FATALFL"] == "Y"
    if trigger.related:
        hit &= events["RELFL"] == "Y"
    if trigger.grade is not None:
        hit &= (events["ATOXGR"] >= trigger.grade).fillna(False) | events["ATOXGR"].isna()
    if trigger.within_hours is not None:
        hit &= ~_is_later(events, trigger.within_hours)
    return hit


def _is_later(events: pd.DataFrame, hours: int) -> pd.Series:
    """Whether events are known to begin later than so many hours after their dose.

    Where no time is known the day of the dose and as many whole days after it may be within them.
    """
    if not {"HRSINF", "DAYSINF", "ASTTMF", "ASTDTF"} <= set(events):
        return pd.Series(False, index=events.index)
    timed = (events["HRSINF"] > hours).fillna(False)
    dated = (events["DAYSINF"] > math.ceil(hours / 24)).fillna(False)
    late = timed.where(events["ASTTMF"].isna(), dated)
    return (late & events["ASTDTF"].isna()).astype(bool)


def warn_of_triggers(view: ClosedView, light: Light) -> Light:
    """The light of the triggers; amber at least while a grave event waits for its term."""
    possible = find_uncoded_triggers(view)
    events = possible.events
    if events.empty:
        return light
    names = " or ".join(map(name_trigger, possible.triggers))
    term = "its term" if len(events) == 1 else "the term"
    many = count_of(len(events), "event")
    why = (
        f"{light.why} {many} {WITHOUT} would count as {names}, if that is {term}: "
        f"{describe_uncoded(view, events, MOST)}."
    )
    grave = (events["ASERFL"] == "Y") | (events["ATOXGR"] >= GRAVE).fillna(False)
    if light.state != "ok" or not (grave | events["ATOXGR"].isna()).any():
        return replace(light, why=why)
    return replace(light, state="near", word=CODE, why=why)
